"""The wall as page, part, data and picture, against contributions that are computed here from the trace."""

import io
import re
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from PIL import Image

from app.lab.wall import views as wall_views

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#wall"}
WALL = "/images/cat/layers/2/wall"
SMALL = "size=32&filters1=6&filters2=4&weights1=random&weights2=random"


def trace(client, query):
    return np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?{query}").content))


def contributions(arrays, layer):
    """Return every contribution of a layer with `same` zero padding, 3 x 3 kernels and stride 1, (C, F, H, W)."""
    x = arrays["image"] if layer == 1 else arrays["layer1/activation"]
    weight = arrays[f"layer{layer}/weight"].astype(np.float64)  # (F, C, 3, 3)
    height, width = x.shape[1:]
    padded = np.pad(x.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    total = np.zeros((len(x), len(weight), height, width))
    for i in range(3):
        for j in range(3):
            shifted = padded[:, i : i + height, j : j + width]
            total += weight[:, :, i, j].T[..., None, None] * shifted[:, None]
    return total


def picture(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def cut(pixels, box):
    return pixels[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]]


def rms(values):
    return np.sqrt(np.mean(values.astype(np.float64) ** 2, axis=(-2, -1)))


def test_the_page_says_how_many_contributions_there_are_and_how_many_maps(client):
    page = client.get(WALL).text

    assert page.startswith("<!doctype html>")
    assert "2,048 contributions exist for a moment. 32 maps leave." in page
    assert "64 × 32 = 2,048" in page
    assert len(re.findall(r'id="column-\d+"', page)) == 64
    assert len(re.findall(r'id="row-\d+"', page)) == 32


def test_the_words_follow_channels_filters_and_groups(client):
    grey = client.get("/images/cat/layers/1/wall?channels=grey&filters1=1&filters2=1&size=32").text
    grouped = client.get(f"{WALL}?size=32&groups2=2").text

    assert "1 contribution exists for a moment. 1 map leaves." in grey
    assert "1,024 contributions exist" in grouped
    assert "32 × 32 = 1,024" in grouped
    assert "so the other places are empty" in grouped


def test_htmx_gets_the_part_alone_and_the_address_that_follows(client):
    answer = client.get(f"{WALL}?column=3&size=256&row=", headers=HTMX)

    assert "<!doctype" not in answer.text
    assert '<section id="wall"' in answer.text
    assert answer.headers["HX-Push-Url"] == f"{WALL}?column=3"


def test_a_form_sent_without_javascript_leads_to_the_short_address(client):
    answer = client.get(f"{WALL}?column=3&row=&size=256&apply=1")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{WALL}?column=3"


def test_the_keys_of_the_data_are_the_fields_of_the_view(client):
    assert set(client.get(f"{WALL}.json").json()) == {
        field.name for field in fields(wall_views.WallView)
    }


def test_every_view_of_the_wall_is_frozen():
    kinds = [kind for kind in vars(wall_views).values() if is_dataclass(kind)]

    assert all(kind.__dataclass_params__.frozen for kind in kinds)


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("query", [SMALL, f"{SMALL}&groups2=2&normalise=none"])
def test_the_means_are_those_of_the_real_contributions(client, layer, query):
    real = contributions(trace(client, query), layer)
    data = client.get(f"/images/cat/layers/{layer}/wall.json?{query}").json()

    assert (data["channels"], data["filters"]) == real.shape[:2]
    np.testing.assert_allclose(data["means"], real.mean(axis=(2, 3)), rtol=0, atol=2e-6)


def test_the_means_of_the_default_stack_and_the_bias_add_up_to_the_mean_of_each_map(client):
    arrays = trace(client, "")
    data = client.get(f"{WALL}.json").json()

    expected = arrays["layer2/preactivation"].mean(axis=(1, 2), dtype=np.float64)
    found = np.sum(data["means"], axis=0) + arrays["layer2/bias"]
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5)


def test_every_place_of_the_picture_holds_the_block_means_of_its_contribution(client):
    real = contributions(trace(client, SMALL), 2)
    data = client.get(f"{WALL}.json?{SMALL}").json()
    pixels = picture(client, f"{WALL}.png?{SMALL}")
    means = real.reshape(6, 4, 16, 2, 16, 2).mean(axis=(3, 5))
    expected = (
        128 + 127 * np.sign(means) * np.minimum(np.abs(means) / data["legend"]["limit"], 1) ** 0.6
    )

    assert pixels.shape == (data["picture"]["height"], data["picture"]["width"])
    board = cut(pixels, data["board"]).reshape(4, 18, 6, 18).transpose(2, 0, 1, 3)
    assert np.abs(board[:, :, 1:17, 1:17] - expected).max() <= 1
    assert not board[:, :, 0].any()  # nothing between the places


def test_the_ends_of_the_rows_are_the_maps_that_leave(client):
    maps = trace(client, SMALL)["layer2/activation"]
    data = client.get(f"{WALL}.json?{SMALL}").json()
    pixels = picture(client, f"{WALL}.png?{SMALL}")
    means = maps.reshape(4, 16, 2, 16, 2).mean(axis=(2, 4))

    ends = cut(pixels, data["ends"]).reshape(4, 18, 18)[:, 1:17, 1:17]

    expected = 128 + 127 * np.minimum(means / data["end_legend"]["limit"], 1) ** 0.6
    assert np.abs(ends - expected).max() <= 1


@pytest.mark.parametrize("muted", ["", "&mute=2,4"])
def test_the_sums_of_a_row_grow_from_its_last_column_to_its_first(client, muted):
    real = contributions(trace(client, SMALL), 2)
    real[[int(one) for one in muted.removeprefix("&mute=").split(",") if one]] = 0
    limit = client.get(f"{WALL}.json?{SMALL}").json()["end_legend"]["limit"]
    pixels = picture(client, f"{WALL}/sums.png?{SMALL}{muted}")

    places = pixels.reshape(4, 18, 6, 18).transpose(2, 0, 1, 3)
    for column in range(6):
        sums = real[column:].sum(axis=0).reshape(4, 16, 2, 16, 2).mean(axis=(2, 4))
        expected = 128 + 127 * np.sign(sums) * np.minimum(np.abs(sums) / limit, 1) ** 0.6
        assert np.abs(places[column, :, 1:17, 1:17] - expected).max() <= 1


@pytest.mark.parametrize(
    ("view", "firsts"),
    [("layers/1/wall?size=32", [0, 16, 32, 48]), (f"layers/2/wall?{SMALL}", [0])],
)
def test_few_columns_of_many_rows_stand_in_bands(client, view, firsts):
    path, _, query = view.partition("?")
    data = client.get(f"/images/cat/{path}.json?{query}").json()
    page = client.get(f"/images/cat/{view}").text

    assert [band["first"] for band in data["bands"]] == firsts
    assert [row for band in data["bands"] for row in band["rows"]] == data["rows"]
    for part in ("board", "ends"):
        boxes = [band[part] for band in data["bands"]]
        assert {box["x"] for box in boxes} == {data[part]["x"]}
        tops = [data[part]["y"], *(box["y"] + box["height"] for box in boxes)]
        assert tops[:-1] == [box["y"] for box in boxes]
        assert tops[-1] == data[part]["y"] + data[part]["height"]
    assert page.count("<wall-board") == len(firsts)
    assert len(re.findall(r'id="column-\d+"', page)) == data["channels"]


@pytest.mark.parametrize("query", ["", "&show=preactivation"])
def test_the_rows_fold_into_the_maps_of_the_layer_with_their_ranges(client, query):
    wall = client.get(f"{WALL}.json?{SMALL}{query}").json()
    maps = client.get(f"/images/cat/layers/2/maps.json?{SMALL}{query}").json()
    sheet = picture(client, f"/images/cat/layers/2/maps.png?{SMALL}{query}")

    assert sheet.shape == (wall["tiles"]["height"], wall["tiles"]["width"])
    assert [(one["minimum"], one["maximum"]) for one in wall["rows"]] == [
        (one["statistics"]["minimum"], one["statistics"]["maximum"]) for one in maps["tiles"]
    ]
    for one in wall["rows"]:
        alone = picture(client, f"/images/cat/layers/2/maps/{one['channel']}.png?{SMALL}{query}")
        np.testing.assert_array_equal(cut(sheet, one["tile"]), alone)


def test_a_folded_wall_shows_every_map_with_number_and_range(client):
    page = client.get(f"{WALL}?folded=1&row=5").text
    tiles = re.findall(r'<a id="sum-(\d+)".*?</a>', page, re.DOTALL)

    assert "data-folded" in page
    assert [int(one) for one in tiles] == list(range(32))
    tile = re.search(r'<a id="sum-5".*?</a>', page, re.DOTALL)[0]
    assert 'aria-current="true"' in tile
    assert f'href="{WALL}?row=5&amp;folded=1"' in tile
    assert re.search(r"0 to \d\.\d", tile)
    assert f'href="{WALL}?row=5"' in re.search(r'<a id="wall-fold".*?>', page)[0]


def test_the_tiles_have_the_scale_of_the_grid_or_each_one_of_its_own(client):
    wall = client.get(f"{WALL}.json?{SMALL}").json()
    grid = client.get(f"/images/cat/layers/2/maps.json?{SMALL}").json()
    alone = client.get(f"{WALL}?{SMALL}&scale=map&folded=1").text

    assert wall["tiles_legend"] == grid["legend"]
    assert client.get(f"{WALL}.json?{SMALL}&scale=map").json()["tiles_legend"] is None
    assert "Each map has a scale of its own" in alone


def test_the_places_of_other_groups_and_of_muted_maps_are_empty(client):
    query = f"{SMALL}&groups2=2&mute=1"
    data = client.get(f"{WALL}.json?{query}").json()
    pixels = picture(client, f"{WALL}.png?{query}")

    board = cut(pixels, data["board"]).reshape(4, 18, 6, 18).transpose(2, 0, 1, 3)

    shown = board.any(axis=(2, 3))
    assert shown[:, 0].tolist() == [True, False, True, False, False, False]
    assert shown[:, 3].tolist() == [False, False, False, True, True, True]
    assert np.array(data["means"])[1].tolist() == [0, 0, 0, 0]


def test_small_and_oblong_maps_have_their_places_too(client):
    for query in ("size=32&stride1=4&stride2=4", "size=48&padding2=valid&kernel2=1x9"):
        data = client.get(f"{WALL}.json?{query}").json()
        board = cut(picture(client, f"{WALL}.png?{query}"), data["board"])
        assert board.reshape(32, 18, 64, 18).any(axis=(1, 3)).all()


def test_a_column_lists_the_maps_by_how_far_they_differ_without_it(client):
    arrays = trace(client, SMALL)
    data = client.get(f"{WALL}.json?{SMALL}&column=5").json()
    effects = data["reach"]["effects"]
    real = rms(contributions(arrays, 2)[5]) / rms(arrays["layer2/preactivation"])

    assert [one["channel"] for one in effects] == np.argsort(-real).tolist()
    for one in effects:
        assert one["relative"] == pytest.approx(real[one["channel"]], rel=1e-4)
    assert data["made_of"] is data["cell"] is data["changes"] is None


def test_a_column_of_a_group_goes_to_the_filters_of_the_group_alone(client):
    data = client.get(f"{WALL}.json?{SMALL}&groups2=2&column=5").json()

    assert {one["channel"] for one in data["reach"]["effects"]} == {2, 3}


def test_a_row_lists_what_the_map_is_made_of_and_leads_to_its_fold(client):
    data = client.get(f"{WALL}.json?row=5").json()
    fold = client.get("/images/cat/layers/2/maps/5/contributions.json").json()
    page = client.get(f"{WALL}?row=5").text

    parts = data["made_of"]["parts"]
    sizes = [abs(one["share"]) for one in parts]
    assert sizes == sorted(sizes, reverse=True)
    assert {one["channel"]: one["share"] for one in parts} == {
        one["channel"]: one["share"] for one in fold["contributions"]
    }
    assert sum(one["share"] for one in parts) == pytest.approx(1)
    assert 'href="/images/cat/layers/2/maps/5/contributions"' in page


def test_a_cell_opens_the_kernel_and_the_contribution(client):
    real = contributions(trace(client, SMALL), 2)[3, 1]
    cell = client.get(f"{WALL}.json?{SMALL}&column=3&row=1").json()["cell"]
    page = client.get(f"{WALL}?column=12&row=5").text

    assert cell["contribution"]["minimum"] == pytest.approx(real.min(), abs=2e-6)
    assert cell["contribution"]["maximum"] == pytest.approx(real.max(), abs=2e-6)
    assert cell["mean"] == pytest.approx(real.mean(), abs=2e-6)
    assert "From map 12 to map 5 of layer 2" in page
    assert 'href="/images/cat/layers/2/maps/5/contributions?input=12"' in page


@pytest.mark.parametrize(
    ("query", "status", "offer"),
    [
        ("column=64", 422, "0 to 63"),
        ("row=32", 422, "0 to 31"),
        ("column=-1", 422, "a whole number"),
        ("row=x", 422, "a whole number"),
        ("folded=2", 422, "0 and 1"),
        ("mute=64", 422, "0 to 63"),
        ("mute=a", 422, "a whole number"),
        ("solo=3,99", 422, "0 to 63"),
        ("mute=1&solo=2", 422, "one of them"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(client, query, status, offer):
    answer = client.get(f"{WALL}.json?{query}")

    assert answer.status_code == status
    assert offer in answer.json()["message"]


def test_no_other_layer_has_a_wall(client):
    answer = client.get("/images/cat/layers/3/wall.json")

    assert answer.status_code == 404
    assert "1 and 2 would work" in answer.json()["message"]
    assert client.get("/images/cat/layers/0/wall.png").status_code == 404


def test_with_muted_maps_layer_2_is_a_convolution_without_them(client):
    whole, muted = trace(client, SMALL), trace(client, f"{SMALL}&mute=1,4")
    heard = [0, 2, 3, 5]

    expected = contributions(whole, 2)[heard].sum(axis=0) + whole["layer2/bias"][:, None, None]

    np.testing.assert_allclose(muted["layer2/preactivation"], expected, rtol=0, atol=2e-6)
    np.testing.assert_array_equal(muted["layer1/activation"], whole["layer1/activation"])


@pytest.mark.parametrize("query", ["mute=1,4", "solo=0,2,3,5"])
def test_the_maps_that_muting_changes_are_listed_greatest_first(client, query):
    before = trace(client, SMALL)["layer2/activation"]
    after = trace(client, f"{SMALL}&{query}")["layer2/activation"]
    real = rms(after - before) / rms(before)

    data = client.get(f"{WALL}.json?{SMALL}&{query}").json()

    assert data["muted"] == [1, 4]
    effects = data["changes"]["effects"]
    assert [one["channel"] for one in effects] == np.argsort(-real).tolist()
    for one in effects:
        assert one["relative"] == pytest.approx(real[one["channel"]], rel=1e-5)
        greatest = np.abs(after - before)[one["channel"]].max()
        assert one["greatest"] == pytest.approx(greatest, rel=1e-6)


def test_muting_in_one_group_leaves_the_other_as_it_was(client):
    data = client.get(f"{WALL}.json?{SMALL}&groups2=2&mute=0").json()

    assert data["changes"]["changed"] == 2
    assert {one["channel"] for one in data["changes"]["effects"][:2]} == {0, 1}


def test_a_muted_map_says_so_in_the_lab_and_on_the_wall(client):
    lab = client.get("/images/cat?mute=3,17&size=64").text
    wall = client.get(f"{WALL}?mute=3,17&column=3&size=64").text

    for page in (lab, wall):
        assert "Maps 3, 17 are muted: layer 2 skips them." in page
    assert lab.count("tile--muted") == 2
    assert 'href="/images/cat?size=64">Unmute all' in lab
    assert f'href="{WALL}?size=64&amp;mute=17&amp;column=3">Unmute map 3' in wall
    assert f'href="{WALL}?size=64&amp;column=3">Unmute all' in wall
    assert wall.count("wall__struck") == 2


def test_the_lab_leads_to_the_wall_and_back(client):
    assert f'href="{WALL}?size=64"' in client.get("/images/cat?size=64").text
    assert 'href="/images/cat?size=64"' in client.get(f"{WALL}?size=64").text


def test_muting_leaves_the_scales_as_they_were(client):
    heard, solo = (
        client.get(f"/images/cat/layers/2/wall.json{query}").json() for query in ("", "?solo=56")
    )
    grids = [
        client.get(f"/images/cat/layers/2/maps.json{query}").json() for query in ("", "?solo=56")
    ]

    assert solo["legend"]["limit"] == heard["legend"]["limit"]
    assert solo["end_legend"]["limit"] == heard["end_legend"]["limit"]
    assert grids[0]["legend"]["limit"] == grids[1]["legend"]["limit"]


@pytest.mark.parametrize("kind", ["standard", "depthwise", "separable", "pointwise_first"])
def test_the_sentences_over_the_wall_stand_apart(client, kind):
    page = client.get(f"{WALL}?{SMALL}&kind2={kind}").text
    lede = re.search(r'<p class="finding__lede">(.*?)</p>', page, re.DOTALL)[1]

    assert not re.search(r"[a-z]\.[A-Z]", re.sub(r"<[^>]+>", "", lede))
