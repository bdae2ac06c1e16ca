import io
import re

import numpy as np
import pytest
from PIL import Image

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}


def picture(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))


def test_the_start_page_shows_both_grids_on_a_sample(client):
    page = client.get("/").text

    assert page.startswith("<!doctype html>")
    assert len(re.findall(r'class="tile"', page)) == 96
    assert "64 maps go in. Why do 32 come out, and not 64 × 32?" in page


def test_the_lab_as_data_has_the_numbers_of_the_default_stack(client):
    lab = client.get("/images/cat.json").json()
    first, second = lab["layers"]

    assert [layer["shape"] for layer in lab["layers"]] == [[64, 256, 256], [32, 256, 256]]
    assert (first["weights"], second["weights"]) == (1_728, 18_432)
    assert (first["parameters"], second["parameters"]) == (1_792, 18_464)
    assert (first["multiply_adds"], second["multiply_adds"]) == (113_246_208, 1_207_959_552)
    assert (first["products"], second["products"]) == (27, 576)
    assert first["receptive_field"] == {"height": 3, "width": 3}
    assert second["receptive_field"] == {"height": 5, "width": 5}
    assert (first["memory"], second["memory"]) == (16 * 2**20, 8 * 2**20)
    assert lab["total"]["parameters"] == 20_256
    assert second["formulas"]["parameters"] == "32 × (3·3·64 + 1)"


def test_the_page_shows_the_numbers_with_their_formulas(client):
    page = client.get("/images/cat?below=numbers").text

    for text in (
        "32 × (3·3·64 + 1)",
        "18,464",
        "1,792",
        "1,207,959,552",
        "1 + 2·1 + 2·1",
        "20,256",
    ):
        assert text in page


def test_htmx_gets_the_part_alone_and_the_address_that_follows(client):
    answer = client.get("/images/cat?filters1=16&size=256", headers=HTMX)

    assert answer.text.lstrip().startswith("<title>")
    assert "<!doctype" not in answer.text
    assert answer.headers["HX-Push-Url"] == "/images/cat?filters1=16"
    assert "HX-Request" in answer.headers["Vary"]


def test_going_back_in_history_gets_the_whole_page(client):
    answer = client.get("/images/cat", headers=HTMX | {"HX-Request-Type": "full"})

    assert answer.text.startswith("<!doctype html>")


def test_a_form_sent_without_javascript_leads_to_the_short_address(client):
    answer = client.get("/images/cat?size=256&filters1=16&kernel1=3&weights1=&apply=1")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/images/cat?filters1=16"


@pytest.mark.parametrize(("layer", "count"), [(1, 64), (2, 32)])
def test_the_grid_is_a_page_a_part_and_data(client, layer, count):
    address = f"/images/cat/layers/{layer}/maps"

    page = client.get(address).text
    part = client.get(address, headers=HTMX | {"HX-Target": f"div#maps-{layer}"}).text
    data = client.get(f"{address}.json").json()

    assert page.count('class="tile"') == part.count('class="tile"') == count
    assert page.startswith("<!doctype")
    assert part.lstrip().startswith(f'<div id="maps-{layer}"')
    assert [tile["channel"] for tile in data["tiles"]] == list(range(count))


def test_a_map_is_the_lab_with_it_open_a_part_and_data(client):
    address = "/images/cat/layers/2/maps/7"

    page = client.get(address).text
    part = client.get(address, headers=HTMX | {"HX-Target": "section#map"}).text
    lab = client.get(address, headers=HTMX)
    data = client.get(f"{address}.json").json()

    assert "Map 7 is one sum of 64." in page
    assert page.count('class="tile"') == 96
    assert part.lstrip().startswith('<section id="map"')
    assert part.count('<li class="kernel') == 64
    assert lab.headers["HX-Push-Url"] == address
    assert (data["layer"], data["channel"], data["filter_shape"]) == (2, 7, [3, 3, 64])
    assert len(data["kernels"]) == 64


def test_a_map_as_data_says_what_the_trace_says(client):
    trace = np.load(io.BytesIO(client.get("/images/cat/trace.npz").content))
    data = client.get("/images/cat/layers/2/maps/7.json").json()
    values = trace["layer2/activation"][7]

    assert data["statistics"]["minimum"] == values.min()
    assert data["statistics"]["maximum"] == values.max()
    assert data["statistics"]["zeros"] == np.mean(values == 0)
    assert data["statistics"]["mean"] == pytest.approx(values.mean(dtype=np.float64))
    assert data["bias"] == trace["layer2/bias"][7]
    weights = np.array([kernel["weights"] for kernel in data["kernels"]], np.float32)
    np.testing.assert_array_equal(weights, trace["layer2/weight"][7])


def test_a_grouped_layer_shows_which_channels_its_filter_reads(client):
    data = client.get("/images/cat/layers/2/maps/31.json?groups2=2&size=32").json()

    assert [kernel["reads"] for kernel in data["kernels"]] == [False] * 32 + [True] * 32
    assert data["filter_shape"] == [3, 3, 32]


def test_every_tile_of_a_sheet_is_where_its_box_says_and_none_is_blank(client):
    for layer in (1, 2):
        grid = client.get(f"/images/cat/layers/{layer}/maps.json").json()
        sheet = picture(client, f"/images/cat/layers/{layer}/maps.png?tile={grid['tile']}")

        assert sheet.size == (grid["sheet"]["width"], grid["sheet"]["height"])
        pixels = np.asarray(sheet)
        for tile in grid["tiles"]:
            box = tile["box"]
            part = pixels[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]]
            assert part.min() >= 128  # after ReLU no value is negative, and 128 is zero
            assert len(np.unique(part)) > 8


def test_a_tile_of_the_full_size_holds_the_colour_index_of_each_value(client):
    trace = np.load(io.BytesIO(client.get("/images/cat/trace.npz").content))
    grid = client.get("/images/cat/layers/2/maps.json").json()
    single = np.asarray(picture(client, "/images/cat/layers/2/maps/7.png"))
    values = trace["layer2/activation"][7].astype(np.float64)

    expected = 128 + 127 * np.minimum(values / grid["legend"]["limit"], 1) ** 0.6

    assert np.abs(single - expected).max() <= 1


def test_a_linear_scale_of_its_own_reaches_the_strongest_colour_in_each_map(client):
    query = "?scale=map&contrast=linear&show=preactivation"
    for channel in (0, 31):
        single = np.asarray(picture(client, f"/images/cat/layers/2/maps/{channel}.png{query}"))
        assert single.max() == 255 or single.min() == 1


def test_every_channel_and_the_picture_are_answered(client):
    assert picture(client, "/images/cat/picture.png").mode == "RGB"
    whole = np.asarray(picture(client, "/images/cat/picture.png"))
    for channel in range(3):
        one = np.asarray(picture(client, f"/images/cat/channels/{channel}.png").convert("L"))
        np.testing.assert_array_equal(one, whole[..., channel])


def test_the_trace_holds_every_array_of_the_pass(client):
    query = "?size=40&groups2=2&stride1=2&activation1=linear&normalise=none"
    trace = np.load(io.BytesIO(client.get(f"/images/cat/trace.npz{query}").content))

    shapes = {name: trace[name].shape for name in trace.files}

    assert shapes == {
        "image": (3, 40, 40),
        "layer1/weight": (64, 3, 3, 3),
        "layer1/bias": (64,),
        "layer1/preactivation": (64, 20, 20),
        "layer1/activation": (64, 20, 20),
        "layer1/output": (64, 20, 20),
        "layer2/weight": (32, 64, 3, 3),
        "layer2/bias": (32,),
        "layer2/preactivation": (32, 20, 20),
        "layer2/activation": (32, 20, 20),
        "layer2/output": (32, 20, 20),
    }
    assert trace["image"].min() >= 0
    assert all(trace[name].dtype == np.float32 for name in trace.files)
    assert not trace["layer2/weight"][:16, 32:].any()  # the other group's channels


def test_a_random_bank_is_not_given_names(client):
    data = client.get("/images/cat/layers/1/maps.json?weights1=random&size=32").json()

    assert {tile["name"] for tile in data["tiles"]} == {None}


def test_each_map_made_by_hand_has_a_name(client):
    for layer, count in ((1, 64), (2, 32)):
        data = client.get(f"/images/cat/layers/{layer}/maps.json").json()
        assert len({tile["name"] for tile in data["tiles"]} - {None}) == count


def test_the_about_page_credits_every_sample(client):
    page, data = client.get("/about").text, client.get("/about.json").json()

    assert len(data["samples"]) == 8
    for sample in data["samples"]:
        assert sample["credit"] in page
        assert client.get(f"/images/{sample['id']}?size=32").status_code == 200


STATES = [
    "",
    "?size=40&filters1=120&filters2=4",
    "?size=40&scale=stack&groups2=2&channels=grey",
    "?size=40&mute=3,5&kernel1=1x5&stride1=2",
    "?size=40&solo=7&weights1=random&seed=5&scale=map&show=preactivation&order=size",
    "?size=48&fit=pad&normalise=none&activation2=linear&contrast=linear",
]


@pytest.fixture(scope="module")
def works() -> set[str]:
    """The addresses that have been seen to work: pages share most of theirs."""
    return set()


@pytest.mark.parametrize("query", STATES)
@pytest.mark.parametrize(
    "view",
    ["", "/layers/1/maps/1", "/layers/2/maps/1/contributions", "/layers/1/maps/1/contributions"],
)
def test_every_address_on_a_page_works(client, works, view, query):
    page = client.get(f"/images/cat{view}{query}")
    addresses = set(re.findall(r'(?:href|src|action)="(/[^"#]*)"', page.text))

    assert page.status_code == 200
    for address in {address.replace("&amp;", "&") for address in addresses} - works:
        if "/layers/" in address and not address.split("?")[0].endswith((".png", ".npz", ".json")):
            continue  # other views of the same kind, a hundred of them
        if not address.startswith(("/images?", "/static/vendor")) and address != "/images":
            assert client.head(address).status_code == 200, address
            works.add(address)


def test_a_picture_of_layer_1_does_not_need_a_layer_2_that_works(client):
    address = "/images/cat/layers/1/maps.png?size=512&filters1=120"

    assert client.get(address.replace("/maps.png", "/maps")).status_code == 422
    assert client.get(address).status_code == 200


def test_silent_means_silent_after_the_activation_whatever_is_shown(client):
    for show in ("activation", "preactivation"):
        query = f"?size=40&normalise=none&activation1=relu&show={show}"
        trace = np.load(io.BytesIO(client.get(f"/images/brick/trace.npz{query}").content))
        tiles = client.get(f"/images/brick/layers/1/maps.json{query}").json()["tiles"]

        silent = [not trace["layer1/activation"][channel].any() for channel in range(64)]
        assert [tile["statistics"]["silent"] for tile in tiles] == silent
        assert any(silent)


def test_what_is_only_rounding_is_said_and_not_drawn(client):
    query = "?scale=map&show=preactivation"
    tiles = client.get(f"/images/brick/layers/1/maps.json{query}").json()["tiles"]
    noise = [tile["channel"] for tile in tiles if tile["only_rounding"]]

    assert noise
    for channel in noise[:4]:
        drawn = np.asarray(picture(client, f"/images/brick/layers/1/maps/{channel}.png{query}"))
        assert np.abs(drawn.astype(int) - 128).max() < 64


def test_head_is_answered_like_get_without_a_body(client):
    for address in ("/", "/images/cat/layers/1/maps.png", "/images/cat.json"):
        head, get = client.head(address), client.get(address)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-length"] == get.headers["content-length"]
