"""What the legends say of the colours, against direct counts on the values as they are drawn."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from app.figures import number
from tests.engine.reference import conv2d

GREYS = {1: 45, 2: 66}  # pixels a side of a tile on the page, for 64 and for 32 maps
SMALL = "size=128&filters1=6&filters2=4&weights1=random&weights2=random"
FOLD = "/images/cat/layers/2/maps/1/contributions.json"
SAME = ((1, 1), (1, 1))


def trace_of(client, query, image="cat"):
    return np.load(io.BytesIO(client.get(f"/images/{image}/trace.npz?{query}").content))


def opened(client, address):
    return Image.open(io.BytesIO(client.get(address).content))


def means(maps, edge):
    """Means over square blocks whose edge divides the sides."""
    *count, height, width = maps.shape
    blocks = maps.reshape(*count, height // edge, edge, width // edge, edge)
    return blocks.astype(np.float64).mean(axis=(-3, -1))


def share(values, limit):
    return float(np.mean(np.abs(values) > limit))


def contributions(trace):
    return np.stack(
        [
            conv2d(x[None], weight[None, None], np.zeros(1), padding=SAME)[0]
            for x, weight in zip(trace["layer1/activation"], trace["layer2/weight"][1], strict=True)
        ]
    )


def luma(picture):
    return np.asarray(picture.convert("L"), np.float64)


@pytest.mark.parametrize("image", ["cat", "coffee", "astronaut", "brick"])
def test_the_median_tile_stands_32_grey_levels_off_the_paper_on_one_scale_a_layer(client, image):
    for layer, side in GREYS.items():
        grid = client.get(f"/images/{image}.json").json()["grids"][layer - 1]
        sheet = opened(client, f"/images/{image}/layers/{layer}/maps.png")
        zero = Image.new("RGB", (1, 1), tuple(sheet.getpalette()[3 * 128 : 3 * 129]))
        sheet, ink = sheet.convert("RGB"), []
        for tile in grid["tiles"]:
            x, y, width, height = (tile["box"][name] for name in ("x", "y", "width", "height"))
            cut = sheet.crop((x, y, x + width, y + height))
            shown = cut.resize((side, side), Image.Resampling.BOX)
            ink.append(np.abs(luma(shown) - luma(zero)[0, 0]).mean())

        assert grid["scale"] == "layer"
        assert len(ink) == grid["shape"][0]
        assert np.median(ink) >= 32


@pytest.mark.parametrize("image", ["cat", "brick"])
def test_a_scale_ends_where_1_in_100_of_the_pixels_of_the_sheet_lies_beyond(client, image):
    trace = trace_of(client, "size=192", image)  # tiles of 96 pixels: blocks of 2
    for layer in (1, 2):
        legend = client.get(f"/images/{image}.json?size=192").json()["grids"][layer - 1]["legend"]
        drawn = means(trace[f"layer{layer}/activation"], 2)

        assert legend["beyond"] == pytest.approx(share(drawn, legend["limit"]), abs=1e-5)
        assert 0.009 < legend["beyond"] < 0.011


@pytest.mark.parametrize("show", ["activation", "preactivation"])
def test_maps_small_and_large_share_the_scale_and_each_legend_counts_its_own_picture(client, show):
    query = f"size=192&show={show}"
    maps = trace_of(client, query)[f"layer2/{show}"]
    page = client.get(f"/images/cat/layers/2/maps/7.json?{query}").json()
    small, large = (
        client.get(address).json()
        for address in (f"/images/cat.json?{query}", f"/images/cat/layers/2/maps.json?{query}")
    )
    grid = small["grids"][1]

    assert grid["legend"]["limit"] == large["legend"]["limit"] == page["legend"]["limit"]
    assert large["tile"] == 256
    for legend, drawn in (
        (grid["legend"], means(maps, 2)),
        (large["legend"], maps),
        (page["legend"], maps[7]),
    ):
        assert legend["beyond"] == pytest.approx(share(drawn, legend["limit"]), abs=1e-5)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "leaky_relu", "linear"])
@pytest.mark.parametrize("show", ["activation", "preactivation"])
def test_only_the_legend_of_maps_that_cannot_be_negative_begins_at_0(client, activation, show):
    query = f"size=64&activation1={activation}&show={show}"
    legend = client.get(f"/images/cat.json?{query}").json()["grids"][0]["legend"]
    neutral = "#f7f5f2"

    if show == "activation" and activation in ("relu", "sigmoid"):
        assert legend["minimum"] == 0
        assert legend["stops"][0] == neutral
        assert [tick["position"] for tick in legend["ticks"]][::2] == [0, 1]
        assert legend["ticks"][0]["value"] == 0
    else:
        assert legend["minimum"] == -legend["limit"]
        assert legend["stops"][len(legend["stops"]) // 2] == neutral
    assert legend["stops"][-1] == "#5c1206"
    assert [tick["value"] for tick in legend["ticks"]][-1] == legend["limit"]


def test_the_legend_has_a_value_where_the_map_has_its_colour(client):
    for contrast, exponent in (("root", 0.6), ("linear", 1.0)):
        query = f"size=64&contrast={contrast}"
        legend = client.get(f"/images/cat.json?{query}").json()["grids"][0]["legend"]
        middle = legend["ticks"][1]

        assert middle["value"] == pytest.approx(0.2 * legend["limit"])
        assert middle["position"] == pytest.approx(0.2**exponent)


@pytest.mark.parametrize("order", ["index", "size"])
def test_every_step_of_the_running_sum_counts_what_lies_beyond_in_its_own_frame(client, order):
    data = client.get(f"{FOLD}?{SMALL}&order={order}&sum=2").json()
    trace, limit = trace_of(client, SMALL), data["sum_legend"]["limit"]
    parts = contributions(trace)
    frames = [parts[data["ordered"][:count]].sum(axis=0) for count in range(7)]
    frames += [trace["layer2/preactivation"][1], trace["layer2/activation"][1]]

    found = [one["beyond"] for one in data["sums"]]
    np.testing.assert_allclose(found, [share(frame, limit) for frame in frames], atol=2e-4)
    assert data["sum_legend"]["beyond"] == found[2]
    assert data["true_beyond"] == found[-2]
    assert len(set(found)) > 4


def test_the_sum_has_the_scale_of_the_map_and_contributions_have_one_of_their_own(client):
    data = client.get(f"{FOLD}?{SMALL}").json()
    grid = client.get(f"/images/cat.json?{SMALL}").json()["grids"][1]
    parts = means(contributions(trace_of(client, SMALL)), 2)  # at most 96 pixels a side

    assert data["sum_legend"]["limit"] == grid["legend"]["limit"]
    assert data["legend"]["beyond"] == pytest.approx(
        share(parts, data["legend"]["limit"]), abs=2e-4
    )
    assert 0.009 < data["legend"]["beyond"] < 0.011
    assert data["factor"] == data["sum_legend"]["limit"] / data["legend"]["limit"]
    assert data["sum_legend"]["minimum"] == -data["sum_legend"]["limit"]  # sums can be negative


def test_the_factor_is_1_on_one_scale_and_there_is_none_where_each_has_its_own(client):
    stack, own = (client.get(f"{FOLD}?{SMALL}&scale={scale}").json() for scale in ("stack", "map"))

    assert stack["factor"] == 1
    assert stack["legend"]["limit"] == stack["sum_legend"]["limit"]
    assert own["factor"] is None
    assert own["legend"] is None


def test_the_contributions_have_the_colours_that_their_legend_says(client):
    data = client.get(f"{FOLD}?{SMALL}").json()
    sheet = np.asarray(opened(client, f"/images/cat/layers/2/maps/1/contributions.png?{SMALL}"))
    parts = means(contributions(trace_of(client, SMALL)), 2) / data["legend"]["limit"]
    expected = 128 + 127 * np.sign(parts) * np.minimum(np.abs(parts), 1) ** 0.6

    for one, part in zip(data["contributions"], expected, strict=True):
        box = one["box"]
        drawn = sheet[box["y"] : box["y"] + 64, box["x"] : box["x"] + 64]
        assert np.abs(drawn - part).max() <= 1


def test_the_wrong_answers_are_on_the_scale_of_the_sum_and_count_their_own(client):
    data = client.get(f"{FOLD}?{SMALL}").json()
    trace, limit = trace_of(client, SMALL), data["sum_legend"]["limit"]
    x = trace["layer1/activation"]
    kernels = trace["layer2/weight"][1]  # (C, kh, kw)
    strongest = int((kernels.astype(np.float64) ** 2).sum(axis=(1, 2)).argmax())
    kernel = kernels[strongest][None, None]
    made = {
        "mean": x.mean(axis=0),
        "shared": conv2d(x.sum(axis=0)[None], kernel, trace["layer2/bias"][1:2], padding=SAME)[0],
        "strongest": np.max(
            [
                conv2d(one[None], own[None, None], np.zeros(1), padding=SAME)[0]
                for one, own in zip(x, kernels, strict=True)
            ],
            axis=0,
        ),
    }

    for one in data["wrong"]:
        values = made[one["kind"]]
        drawn = np.asarray(
            opened(client, f"/images/cat/layers/2/maps/1/wrong/{one['kind']}.png?{SMALL}")
        )
        expected = 128 + 127 * np.sign(values) * np.minimum(np.abs(values) / limit, 1) ** 0.6
        assert one["beyond"] == pytest.approx(share(values, limit), abs=2e-4)
        assert np.abs(drawn - expected).max() <= 1


def test_muting_and_other_groups_leave_the_scale_of_the_contributions_as_it_was(client):
    heard, solo = (client.get(f"{FOLD}?{SMALL}{mute}").json() for mute in ("", "&solo=3"))

    assert solo["legend"]["limit"] == heard["legend"]["limit"]
    for kind in ("kind2=depthwise", "groups2=2"):
        legend = client.get(f"{FOLD}?{SMALL}&{kind}").json()["legend"]
        assert 0.009 < legend["beyond"] < 0.011  # of what is read, not of empty places


def test_a_silent_map_with_a_scale_of_its_own_still_shows_its_sums(client):
    dark = "_".join(f"0.{channel},0,-1,0,-1,-1,-1,0,-1,0" for channel in range(3))
    query = f"size=64&normalise=none&scale=map&edit1={dark}"  # from values that are 0 or more
    tile = client.get(f"/images/cat.json?{query}").json()["grids"][0]["tiles"][0]
    data = client.get(f"/images/cat/layers/1/maps/0/contributions.json?{query}").json()
    preactivation = trace_of(client, query)["layer1/preactivation"][0]

    assert tile["statistics"]["silent"]
    assert 0 < share(preactivation, data["sum_legend"]["limit"]) < 0.011


def test_what_is_no_more_than_rounding_looks_like_nothing_in_a_sum_too(client):
    query = "?scale=map&show=preactivation"
    tiles = client.get(f"/images/brick/layers/1/maps.json{query}").json()["tiles"]
    noise = next(tile["channel"] for tile in tiles if tile["only_rounding"])
    data = client.get(f"/images/brick/layers/1/maps/{noise}/contributions.json{query}").json()
    last = len(data["sums"]) - 1

    frame = opened(client, f"/images/brick/layers/1/maps/{noise}/sums/{last}.png{query}")
    assert np.abs(np.asarray(frame).astype(int) - 128).max() < 64


@pytest.mark.parametrize("show", ["activation", "preactivation"])
def test_each_legend_of_the_wall_counts_what_it_stands_for(client, show):
    query = f"{SMALL}&show={show}"
    data = client.get(f"/images/cat/layers/2/wall.json?{query}").json()
    grids = client.get(f"/images/cat.json?{query}").json()["grids"]
    trace = trace_of(client, query)
    heads, ends = (means(trace[f"layer{layer}/{show}"], 8) for layer in (1, 2))  # 16 x 16 blocks

    assert 0.009 < data["legend"]["beyond"] < 0.011
    for legend, grid, drawn in (
        (data["head_legend"], grids[0], heads),
        (data["end_legend"], grids[1], ends),
    ):
        assert legend["limit"] == grid["legend"]["limit"]
        assert legend["minimum"] == grid["legend"]["minimum"]
        assert legend["beyond"] == pytest.approx(share(drawn, legend["limit"]), abs=1e-4)


def test_the_maps_between_two_steps_have_a_legend_of_their_own(client):
    query = "size=96&kind2=separable&weights1=random&weights2=random"  # drawn as they are
    data = client.get(f"/images/cat/layers/2/intermediate.json?{query}").json()

    assert 0.009 < data["legend"]["beyond"] < 0.011


def test_pages_say_what_lies_beyond_and_how_the_scales_of_a_fold_compare(client):
    page = client.get(f"/images/cat/layers/2/maps/1/contributions?{SMALL}").text
    grid = client.get(f"/images/cat?{SMALL}").text

    data = client.get(f"{FOLD}?{SMALL}").json()
    written = f"drawn {number(data['factor'], 2)}"
    assert data["factor"] == data["sum_legend"]["limit"] / data["legend"]["limit"]
    assert written in page
    assert page.count("of the values lie beyond the scale") > 8  # the sum's, for every step
    assert "of the values lie beyond the scale<" in grid
    chinese = client.get(f"/images/cat?{SMALL}&lang=zh-Hans").text
    assert re.search(r"；\d\.\d% 的值超出色标<", chinese)
