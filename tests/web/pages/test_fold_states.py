"""The fold in its states: layers of two steps, one kernel alone, shown before the activation, over the picture."""

import html
import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.engine.reference import conv2d

SMALL = "size=32&filters1=6&filters2=4&weights1=random&weights2=random"
FOLD = "/images/cat/layers/2/maps/3/contributions"
SAME = ((1, 1), (1, 1))


def words_of(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def equation_of(page):
    return page.split('id="equation"')[1].split('<div class="sums')[0]


def trace_of(client, query):
    return np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?{query}").content))


@pytest.mark.parametrize("kind", ["separable", "pointwise_first"])
def test_the_numbers_and_kernels_of_two_steps_make_the_kernels_of_the_filter(client, kind):
    query = f"{SMALL}&kind2={kind}"
    steps = client.get(f"{FOLD}.json?{query}").json()["two_steps"]
    weight = trace_of(client, query)["layer2/weight"][3]  # (C, kh, kw)

    made = np.array(steps["numbers"])[:, None, None] * np.array(steps["kernels"])
    np.testing.assert_allclose(made, weight, atol=1e-6)


def test_depthwise_first_the_map_between_stands_where_its_picture_has_it(client):
    query = f"{SMALL}&kind2=separable"
    steps = client.get(f"{FOLD}.json?{query}").json()["two_steps"]
    ranges = client.get(f"/images/cat/layers/2/intermediate.json?{query}").json()["maps"]
    x = trace_of(client, query)["layer1/output"]

    for channel in range(6):
        kernel = np.array(steps["kernels"][channel], np.float32)[None, None]
        between = conv2d(x[channel : channel + 1], kernel, np.zeros(1), padding=SAME)[0]
        assert ranges[channel]["range"]["maximum"] == pytest.approx(between.max(), abs=1e-5)
        assert steps["boxes"][channel] == ranges[channel]["box"]


def test_pointwise_first_all_maps_are_added_into_the_one_map_between(client):
    query = f"{SMALL}&kind2=pointwise_first"
    steps = client.get(f"{FOLD}.json?{query}").json()["two_steps"]
    mine = client.get(f"/images/cat/layers/2/intermediate.json?{query}").json()["maps"][3]
    x = trace_of(client, query)["layer1/output"]

    between = np.tensordot(np.array(steps["numbers"]), x, axes=1)
    assert mine["range"]["minimum"] == pytest.approx(between.min(), abs=1e-5)
    assert mine["range"]["maximum"] == pytest.approx(between.max(), abs=1e-5)
    assert steps["boxes"] == [mine["box"]] * 6


def test_the_equation_of_a_depthwise_first_layer_has_both_steps(client):
    page = client.get(f"{FOLD}?{SMALL}&kind2=separable&sum=2").text
    words = words_of(equation_of(page))

    parts = [
        "map 1",
        "kernel 1, shared by all filters",
        "map between 1",
        "number 1",
        "contribution 1",
    ]
    assert [words.index(part) for part in parts] == sorted(words.index(part) for part in parts)
    assert "/layers/2/intermediate.png" in equation_of(page)
    assert page.count(" data-number=") == page.count(" data-between=") == 6
    assert "+ ↓" in words


def test_the_equation_of_a_pointwise_first_layer_adds_before_its_kernel(client):
    page = client.get(f"{FOLD}?{SMALL}&kind2=pointwise_first&sum=2").text
    words = words_of(equation_of(page))

    parts = ["map 1", "number 1", "map between 3", "the one kernel of filter 3"]
    assert [words.index(part) for part in parts] == sorted(words.index(part) for part in parts)
    assert "Map between 3 is the sum of all 6 maps, each times its number." in words
    assert "6 equivalent contributions" in page
    assert "These contributions are equivalent" in page


@pytest.mark.parametrize(
    "query",
    [
        "kind2=separable&multiplier2=2",
        "kind2=separable&kernel2=7",
        "kind2=pointwise_first&kernel2=7",
    ],
)
def test_two_steps_that_no_line_can_show_are_shown_as_the_kernel_that_they_make(client, query):
    page = client.get(f"{FOLD}?{SMALL}&{query}&sum=2").text

    assert "The layer is two steps; kernel 1 is what they make together." in words_of(page)
    assert "equation__between" not in page
    assert "data-number" not in page


@pytest.mark.parametrize(
    ("query", "headline"),
    [
        ("kind2=depthwise", "Map 3 is one kernel on one map: no sum."),
        ("filters1=1", "Map 3 is one product, with nothing to add."),
    ],
)
def test_one_kernel_adds_nothing(client, query, headline):
    page = client.get(f"{FOLD}?size=32&{query}").text
    words = words_of(page)

    assert headline in words
    assert "Filter 3 has one kernel" in words
    assert "no sum" in words_of(page.split('class="sum__count"')[1][:60])
    assert "Σ" not in words
    assert "+ ↓" not in words_of(equation_of(page))
    assert "plain mean" not in words
    assert "the product, on the scale of its map" in words


@pytest.mark.parametrize(
    ("query", "kinds", "label"),
    [
        ("show=preactivation", ["bias"], "map 3 before ReLU"),
        ("show=preactivation&pool2=max", ["bias"], "map 3 before ReLU"),
        ("show=unpooled&pool2=max", ["bias", "activation"], "after ReLU: map 3, before the pool"),
        ("pool2=max", ["bias", "activation", "pool"], "after max pool 2×2: map 3"),
        ("activation2=linear", ["bias"], ", and the bias 0: map 3"),
        ("activation2=linear&bias2=off", ["bias"], "all 6, without a bias: map 3"),
        (
            "activation2=linear&pool2=max&show=unpooled",
            ["bias"],
            "and the bias 0: map 3 before the pool",
        ),
    ],
)
def test_the_running_sum_ends_where_the_map_is_shown(client, query, kinds, label):
    data = client.get(f"{FOLD}.json?{SMALL}&{query}").json()
    page = client.get(f"{FOLD}?{SMALL}&{query}").text
    last = 6 + len(kinds)

    assert [one["kind"] for one in data["sums"]] == ["sum"] * 7 + kinds
    assert words_of(page.split('id="sum-label"')[1].split("</p>")[0]).endswith(label)
    assert client.get(f"{FOLD}.json?{SMALL}&{query}&sum={last}").status_code == 200
    assert client.get(f"{FOLD}.json?{SMALL}&{query}&sum={last + 1}").status_code == 422
    assert ("then ReLU" in page) == ("activation" in kinds)
    assert ("then max pool" in page) == ("pool" in kinds)


def test_before_the_activation_the_last_frame_is_the_map_as_it_is_shown(client):
    query = f"{SMALL}&show=preactivation"
    last = len(client.get(f"{FOLD}.json?{query}").json()["sums"]) - 1
    frame, whole = (
        np.asarray(
            Image.open(io.BytesIO(client.get(f"/images/cat/layers/2/maps/3{end}?{query}").content))
        )
        for end in (f"/sums/{last}.png", ".png")
    )

    np.testing.assert_array_equal(frame, whole)


@pytest.mark.parametrize("show", ["activation", "unpooled", "preactivation"])
def test_the_maps_of_a_fold_are_what_layer_2_reads_whatever_is_shown(client, show):
    query = f"{SMALL}&pool1=max&show={show}"
    page = client.get(f"{FOLD}?{query}").text
    read = client.get(f"{FOLD}.json?{SMALL}&pool1=max").json()["inputs_legend"]

    assert "The maps here are what layer 2 reads: after ReLU and max pool 2×2." in words_of(page)
    inputs = page.split('class="tile__map"')[1].split("</span>")[0]
    assert "maps.png" in inputs
    assert "show=" not in inputs
    assert client.get(f"{FOLD}.json?{query}").json()["inputs_legend"] == read
    assert read["minimum"] == 0  # after ReLU


def test_contributions_kernels_and_maps_each_have_their_legend(client):
    page = client.get(f"{FOLD}?{SMALL}&sum=3").text
    legends = words_of(page.split('class="parts__legends"')[1].split("</section>")[0])

    assert "contributions, added" in legends
    assert "their kernels" in legends
    assert "maps, not yet added" in legends


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "their kernels"),
        ("filters1=1", "its kernel"),
        ("kind2=separable", "their kernels, each times its number"),
        ("kind2=pointwise_first", "their kernels, each times its number"),
        ("kind2=separable&filters1=1", "its kernel, times its number"),
        ("kind2=separable&multiplier2=2", "the kernels of both steps together"),
        ("kind2=separable&kernel2=7", "the kernels of both steps together"),  # none is written
    ],
)
@pytest.mark.parametrize("file", ["", "/snapshot.html"])
def test_the_legend_says_what_the_kernels_on_the_tiles_are(client, file, query, words):
    page = client.get(f"{FOLD}{file}?{SMALL}&{query}").text
    captions = re.findall(r'<figcaption class="legend__words">.*?</figcaption>', page)
    kernels = [re.sub("<[^>]*>", "", one) for one in captions if "kernel" in one]

    assert [one.split(". ")[-1] for one in kernels] == [words]


@pytest.mark.parametrize("kind", ["separable", "pointwise_first"])
def test_the_numbers_of_the_kernels_legend_are_those_of_the_kernels_it_names(client, kind):
    view = client.get(f"{FOLD}.json?{SMALL}&kind2={kind}").json()
    steps, together = view["two_steps"], [one["kernel"] for one in view["contributions"]]
    made = np.array(steps["kernels"]) * np.array(steps["numbers"])[:, None, None]

    assert np.allclose(made, together, atol=1e-6)
    assert view["kernel_legend"]["limit"] == pytest.approx(np.abs(made).max(), rel=1e-3)
    assert np.abs(steps["kernels"]).max() != pytest.approx(np.abs(made).max(), rel=0.01)


@pytest.mark.parametrize("path", [FOLD, "/images/cat/layers/2/maps/3"])
def test_a_large_map_is_laid_over_the_picture_by_the_address(client, path):
    alone, over = (client.get(f"{path}?{SMALL}{more}").text for more in ("", "&over=on"))

    assert 'class="photo"' not in alone
    assert f'<p class="photo__switch"><a href="{path}?' in alone
    assert "over=on" in alone.split('class="photo__switch"')[1].split(">")[1]
    photo = over.split('class="photo"')[1].split("</svg>")[0]
    assert 'viewBox="0.0 0.0 32' in photo
    assert 'href="/images/cat/picture.png?' in photo
    assert "over=on" not in over.split('class="photo__switch"')[1].split(">")[1]
    assert "The grey of the picture mixes with these colours." in over


def test_the_picture_lies_where_the_pixels_of_the_map_do(client):
    query = "size=64&filters1=4&filters2=4&stride1=2&padding1=valid&padding2=valid&over=on"
    plane = client.get(f"{FOLD}.json?{query}").json()["plane"]
    photo = client.get(f"{FOLD}?{query}").text.split('class="photo" viewBox="')[1].split('"')[0]
    left, top, width, height = map(float, photo.split())

    # Pixel 0 of layer 2 reads rows 0 to 6 of the picture: its centre is 3, and the next lies 2 on.
    assert (plane["first"], plane["step"]) == ([3, 3], [2, 2])
    assert (left, top) == (2.5, 2.5)
    assert (width, height) == (2 * plane["width"], 2 * plane["height"])


def test_over_is_kept_in_links_and_not_in_pictures(client):
    page = client.get(f"{FOLD}?{SMALL}&over=on").text

    assert "over=on" in re.search(r'id="tile-2-1"', page).string.split('id="tile-2-1"')[0][-200:]
    assert not re.search(r'(?:src|href)="[^"]*\.png[^"]*over=', page)
    assert client.get(f"{FOLD}?over=maybe").status_code == 422


@pytest.mark.parametrize(
    ("query", "adds"),
    [
        ("solo=2", "The 1 contribution and one bias make the map."),
        ("mute=1", "The 5 contributions and one bias are added."),
        ("bias2=off", "The 6 contributions are added, without a bias."),
    ],
)
def test_the_words_tell_the_kernels_of_the_filter_from_what_is_added(client, query, adds):
    words = words_of(client.get(f"{FOLD}?{SMALL}&{query}").text)

    assert "Filter 3 has 6 kernels, one for each map." in words
    assert adds in words
    assert "Filter 3 adds" in words
    assert "their kernels" in words


def test_with_every_map_muted_a_map_is_its_bias_and_the_pinned_sum_says_so(client):
    muted = f"{SMALL}&mute=0,1,2,3,4,5"
    words = words_of(client.get(f"{FOLD}?{muted}").text)
    pixel = client.get(f"/images/cat/layers/2/maps/3/pixel.json?{muted}&row=3&col=4").json()

    assert "Map 3 is its bias alone: every map that it reads is muted." in words
    assert pixel["running"][1] == pixel["bias"]
    assert pixel["running"][1] == pytest.approx(pixel["preactivation"], abs=1e-6)


def test_a_filter_that_reads_one_map_of_its_group_adds_nothing(client):
    words = words_of(client.get(f"/images/cat?{SMALL}&filters1=2&filters2=2&groups2=2").text)

    assert "2 maps go in, 2 come out: one kernel each, and no sum." in words
    assert "Layer 2 works in groups of one map" in words
