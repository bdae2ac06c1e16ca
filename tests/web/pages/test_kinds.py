"""Every kind and pool as page, fragment and data, with numbers worked out here from the arrays of the pass."""

import io
import re
from dataclasses import fields

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from app.engine.compute.filters import bank_for
from app.lab.kinds.views import IntermediateView
from app.lab.state.state import build
from app.web.filters.words import pool_words

LAB = "/images/cat"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
SMALL = "size=32&filters1=6&filters2=4"
PLAIN = {"size": 32, "filters1": 6, "filters2": 4, "weights1": "random"}
KINDS = {
    "standard": "groups2=2",
    "depthwise": "kind2=depthwise&multiplier2=2",
    "separable": "kind2=separable&multiplier2=2",
    "pointwise_first": "kind2=pointwise_first&multiplier2=2",
}
MADE = {
    "standard": "4 filters of 3×3×3 (2 groups)",
    "depthwise": "12 filters of 3×3 (depthwise)",
    "separable": "12 filters of 3×3 (depthwise), then 4 filters of 1×1×12",
    "pointwise_first": "8 filters of 1×1×6, then 4 filters of 3×3×2 (4 groups)",
}


def trace(client, query):
    return np.load(io.BytesIO(client.get(f"{LAB}/trace.npz?{query}").content))


def plain(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pool", ["none", "max", "average"])
def test_every_kind_with_every_pool_has_all_views_in_all_forms(client, kind, pool):
    query = f"{SMALL}&{KINDS[kind]}&pool1={pool}&pool2={pool}"
    for path, part in (
        ("", "form#lab"),
        ("/layers/2/maps", "div#maps-2"),
        ("/layers/2/maps/3", "section#map"),
        ("/layers/2/maps/3/contributions", "section#fold"),
        ("/layers/2/maps/3/pixel?row=2&col=1", "section#pixel"),
        ("/layers/2/wall", "section#wall"),
        ("/layers/2/costs", "section#costs-2"),
    ):
        address = f"{LAB}{path}{'&' if '?' in path else '?'}{query}"
        name = part.partition("#")[2]
        data = address.replace("?", ".json?", 1)

        assert client.get(address).text.startswith("<!doctype html>")
        assert f'id="{name}"' in client.get(address, headers=HTMX | {"HX-Target": part}).text
        assert client.get(data).headers["content-type"] == "application/json"


@pytest.mark.parametrize("kind", KINDS)
def test_the_shape_line_says_what_the_layer_is_made_of(client, kind):
    page = plain(client.get(f"{LAB}?{SMALL}&{KINDS[kind]}&pool1=max").text)

    first = "6 × 32 × 32 → max pool 2×2 → 6 × 16 × 16"
    filters_out = 12 if kind == "depthwise" else 4
    assert f"{first} → {MADE[kind]} → {filters_out} × 16 × 16" in page.replace("\xa0", " ")


def test_the_lab_as_data_says_the_kind_the_steps_and_the_pool(client):
    data = client.get(f"{LAB}.json?{SMALL}&kind2=separable&pool2=average&pool_size2=3").json()
    layer = data["layers"][1]

    assert (layer["kind"], layer["pool"], layer["pool_size"]) == ("separable", "average", 3)
    assert (layer["map_shape"], layer["shape"]) == ([4, 32, 32], [4, 10, 10])
    assert layer["intermediate_shape"] == [6, 32, 32]
    assert (layer["weights"], layer["parameters"]) == (6 * 9 + 6 * 4, 6 * 9 + 6 * 4 + 4)
    assert layer["receptive_field"] == {"height": 5 + 2, "width": 5 + 2}
    assert [step["filter_shape"] for step in layer["steps"]] == [[3, 3, 1], [1, 1, 6]]


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("", ["groups2"], ["multiplier2", "pool_size2"]),
        ("&kind2=separable", ["multiplier2"], ["groups2"]),
        ("&kind2=depthwise&pool2=max", ["multiplier2", "pool_size2"], ["groups2"]),
    ],
)
def test_a_setting_that_does_not_apply_has_no_field(client, query, shown, hidden):
    page = client.get(f"{LAB}?{SMALL}{query}").text

    assert all(f'name="{name}"' in page for name in shown)
    assert not any(f'name="{name}"' in page for name in hidden)


def test_a_kind_that_cannot_work_cannot_be_chosen_and_its_message_says_why(client):
    page = client.get(f"{LAB}?{SMALL}&kind2=pointwise_first&multiplier2=30").text
    refused = client.get(f"{LAB}.json?{SMALL}&kind2=separable&multiplier2=30").json()

    assert '<option value="separable" disabled>' in page
    assert refused["field"] == "multiplier2"
    assert "1 to 21 would work" in refused["message"]


def test_depthwise_filters_follow_from_the_channels_and_say_so(client):
    page = client.get(f"{LAB}?{SMALL}&kind2=depthwise").text

    assert "6, because a depthwise layer has 6 input channels × 1 filters." in page
    assert client.get(f"{LAB}.json?{SMALL}&kind2=depthwise").json()["layers"][1]["filters"] == 6


def test_the_slope_of_leaky_relu_stands_in_its_field(client):
    assert "leaky ReLU, slope 0.01" in client.get(f"{LAB}?{SMALL}").text


def test_pooled_tiles_keep_their_numbers_and_hold_the_greatest_of_each_window(client):
    arrays = trace(client, f"{SMALL}&pool2=max")
    grid = client.get(f"{LAB}/layers/2/maps.json?{SMALL}&pool2=max").json()
    blocks = arrays["layer2/activation"].reshape(4, 16, 2, 16, 2)

    np.testing.assert_array_equal(arrays["layer2/output"], blocks.max(axis=(2, 4)))
    assert grid["shape"] == [4, 16, 16]
    for tile, pooled in zip(grid["tiles"], arrays["layer2/output"], strict=True):
        assert tile["statistics"]["maximum"] == pooled.max()


def test_before_the_pool_the_whole_maps_are_shown(client):
    query = f"{SMALL}&pool2=max&show=unpooled"

    assert client.get(f"{LAB}/layers/2/maps.json?{query}").json()["shape"] == [4, 32, 32]
    assert "before the pool" in client.get(f"{LAB}?{query}").text


@pytest.mark.parametrize("pool1", ["none", "max"])
def test_the_ledger_goes_through_a_max_pool_to_the_value_that_won(client, pool1):
    query = f"{SMALL}&pool1={pool1}&pool2=max&row=2&col=5"
    data = client.get(f"{LAB}/layers/2/maps/1/pixel.json?{query}").json()
    arrays = trace(client, query)
    window = arrays["layer2/activation"][1, 4:6, 10:12]
    down, across = np.unravel_index(window.argmax(), (2, 2))

    np.testing.assert_array_equal(data["pooling"]["values"], window)
    assert data["pooling"]["won"] == data["pooling"]["opened"] == 2 * down + across
    assert (data["map_row"], data["map_col"]) == (4 + down, 10 + across)
    assert data["activation"] == data["pooling"]["output"] == arrays["layer2/output"][1, 2, 5]
    assert data["running"][-1] == arrays["layer2/output"][1, 2, 5]


def test_the_ledger_of_a_mean_opens_one_of_its_values(client):
    address = f"{LAB}/layers/2/maps/1/pixel"
    query = f"{SMALL}&pool2=average&row=2&col=5&value=3"
    data = client.get(f"{address}.json?{query}").json()
    window = trace(client, query)["layer2/activation"][1, 4:6, 10:12].astype(np.float64)

    assert data["pooling"]["won"] is None
    assert data["pooling"]["total"] == pytest.approx(window.mean(), abs=1e-15)
    assert (data["map_row"], data["map_col"]) == (5, 11)
    assert data["activation"] == window[1, 1]
    page = client.get(f"{address}?{query}").text
    assert re.search(r'value=3" aria-current="true" aria-label="Row 5, column 11', page)
    assert "each counts one part in 4" in page


def test_a_value_that_the_window_does_not_have_is_refused(client):
    for pool, offer in (("max", "0 to 3"), ("none", "0 would work")):
        query = f"{SMALL}&pool2={pool}&row=2&col=5&value=4"
        answer = client.get(f"{LAB}/layers/2/maps/1/pixel.json?{query}")

        assert answer.status_code == 422
        assert answer.json()["field"] == "value"
        assert offer in answer.json()["message"]


def test_the_receptive_field_of_a_pooled_pixel_is_that_of_its_whole_window(client):
    query = f"{SMALL}&pool1=max&pool2=max&row=3&col=3"
    data = client.get(f"{LAB}/layers/2/maps/0/pixel.json?{query}").json()

    # Rows 6 and 7 of layer 2 read rows 5 to 8 after pool 1: rows 10 to 17, and one more at each end.
    assert data["receptive_field"] == {"top": 9, "left": 9, "height": 10, "width": 10}


def test_the_planes_of_pooled_maps_lie_where_their_windows_do(client):
    planes = client.get(f"{LAB}.json?{SMALL}&pool1=max&pool2=average&pool_size2=3").json()["planes"]

    # A pixel of layer 1 is in the middle of image rows 0 and 1; one of layer 2 in the middle of three of these.
    assert [plane["step"] for plane in planes] == [[1, 1], [2, 2], [6, 6]]
    assert [plane["first"] for plane in planes] == [[0, 0], [0.5, 0.5], [2.5, 2.5]]
    assert [plane["height"] for plane in planes] == [32, 16, 5]


def test_a_fold_ends_in_the_pooled_map(client):
    data = client.get(f"{LAB}/layers/2/maps/1/contributions.json?{SMALL}&pool2=max").json()

    assert [one["kind"] for one in data["sums"][-3:]] == ["bias", "activation", "pool"]
    assert data["output_size"] == [16, 16]
    assert str(pool_words("max", 2)) == "max pool 2×2"


def test_the_border_that_nothing_reads_is_said_with_its_numbers(client):
    query = (
        "size=33&filters1=6&filters2=4&kernel1=2&stride1=2&padding1=valid&pool1=max&pool_size1=3"
    )
    data = client.get(f"{LAB}.json?{query}").json()
    page = plain(client.get(f"{LAB}?{query}&show=unpooled").text)

    # Windows of 2 with stride 2 read rows 0 to 31; of 16 rows a pool of 3 reads 15.
    assert data["layers"][0]["unread"]["values"] == 33 * 33 - 32 * 32
    assert data["layers"][0]["unread_by_pool"]["values"] == 16 * 16 - 15 * 15
    assert "Layer 1 never reads the last row and the last column: 65 of 1,089" in page
    assert "The pool of layer 1 never reads the last row and the last column: 31" in page
    assert "(not read: the last row and the last column)" in page
    assert 'class="unread"' not in client.get(f"{LAB}?{SMALL}").text


def test_turned_kernels_change_asymmetric_maps_and_leave_symmetric_ones(client):
    arrays = {flip: trace(client, f"size=32&flip={flip}") for flip in ("off", "on")}
    tiles = client.get(f"{LAB}/layers/1/maps.json?size=32&flip=on").json()["tiles"]
    changes = np.abs(arrays["on"]["layer1/preactivation"] - arrays["off"]["layer1/preactivation"])
    weight = arrays["off"]["layer1/weight"]
    symmetric = np.all(weight == weight[:, :, ::-1, ::-1], axis=(1, 2, 3))

    np.testing.assert_array_equal(arrays["on"]["layer1/weight"], weight[:, :, ::-1, ::-1])
    np.testing.assert_allclose(
        [tile["turned"] for tile in tiles], changes.max(axis=(1, 2)), atol=1e-6
    )
    assert 0 < symmetric.sum() < 64
    assert [tile["turned"] == 0 for tile in tiles] == symmetric.tolist()
    page = plain(client.get(f"{LAB}?size=32&flip=on").text)
    assert f"{symmetric.sum()} maps are unchanged" in page
    assert client.get(f"{LAB}/layers/1/maps.json?size=32").json()["tiles"][0]["turned"] is None


@pytest.mark.parametrize("kind", ["separable", "pointwise_first"])
def test_the_maps_between_the_steps_are_those_of_a_hand_calculation(client, kind):
    query = f"{SMALL}&{KINDS[kind]}&weights1=random"
    address = f"{LAB}/layers/2/intermediate"
    data = client.get(f"{address}.json?{query}").json()
    picture = Image.open(io.BytesIO(client.get(f"{address}.png?{query}").content))
    maps = trace(client, query)["layer1/output"].astype(np.float64)
    bank = bank_for(build("cat", {**PLAIN, "kind2": kind, "multiplier2": 2}).stack, 2)
    if kind == "separable":  # each map through two kernels of its own, with a border of zeros
        spans = sliding_window_view(np.pad(maps, ((0, 0), (1, 1), (1, 1))), (3, 3), axis=(1, 2))
        between = np.einsum("chwij,cij->chw", spans.repeat(2, axis=0), bank.weight[:, 0])
    else:
        assert bank.pointwise is not None
        between = np.tensordot(bank.pointwise, maps, 1)
    count = len(between)

    assert set(data) == {field.name for field in fields(IntermediateView)}
    assert data["shape"] == [{"separable": 12, "pointwise_first": 8}[kind], 32, 32]
    assert [one["channel"] for one in data["maps"]] == [index // 2 for index in range(count)]
    for end, values in (("minimum", between.min((1, 2))), ("maximum", between.max((1, 2)))):
        np.testing.assert_allclose([one["range"][end] for one in data["maps"]], values, atol=1e-5)
    assert picture.size == (data["sheet"]["width"], data["sheet"]["height"])
    page = client.get(f"{address}?{query}").text
    assert page.count('class="tile"') == count
    assert f'href="{address}?' in client.get(f"{LAB}?{query}").text


def test_a_layer_of_one_step_has_nothing_between_and_says_what_would(client):
    answer = client.get(f"{LAB}/layers/2/intermediate.json?{SMALL}")

    assert answer.status_code == 404
    assert "kind2=separable" in answer.json()["message"]


@pytest.mark.parametrize(
    ("query", "pattern", "words"),
    [
        ("", "Full", "24 kernels, none tied to another"),
        ("groups2=2", "Block-diagonal", "the columns of a group are read by 2 filters"),
        ("kind2=depthwise", "One a row", "one place in each column, one in each row"),
        ("kind2=separable", "Rank one", "All kernels of a column are one kernel, times a number"),
        ("kind2=pointwise_first&multiplier2=2", "Rank 2", "mixtures of the same 2"),
    ],
)
def test_the_wall_names_the_pattern_of_the_kind(client, query, pattern, words):
    address = f"{LAB}/layers/2/wall"

    assert client.get(f"{address}.json?{SMALL}&{query}").json()["pattern"] == pattern
    assert words in plain(client.get(f"{address}?{SMALL}&{query}").text)


def test_a_column_of_a_separable_wall_is_one_kernel_times_numbers(client):
    weight = trace(client, f"{SMALL}&kind2=separable")["layer2/weight"]

    for channel in range(6):
        assert np.linalg.matrix_rank(weight[:, channel].reshape(4, 9), tol=1e-5) == 1
