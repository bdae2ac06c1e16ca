"""The pictures of a running sum: each step exact, and all of them small in one stream, for while it moves."""

import html
import io
import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from starlette.datastructures import QueryParams

from app.engine.explain import fold
from app.web.address.params import state_from_query

MAP = "/images/cat/layers/2/maps/3"
SMALL = "size=32&filters1=6&filters2=4&weights1=random&weights2=random"
USUAL = "filters1=6&filters2=4&weights1=random&weights2=random"  # 256 pixels a side
PALETTE_BYTES = 3 * 256


def step_of(client, step: int, query: str) -> np.ndarray:
    """The indices of the picture of one step."""
    answer = client.get(f"{MAP}/sums/{step}.png?{query}")
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def frames_of(client, query: str) -> np.ndarray:
    """The frames of the stream, as the page adds them up, (N, h, w)."""
    data = zlib.decompress(client.get(f"{MAP}/sums/moving?{query}").content)
    height, width = struct.unpack_from("<HH", data)
    changes = np.frombuffer(data, np.uint8, offset=4 + PALETTE_BYTES).reshape(-1, height, width)
    return changes.cumsum(axis=0, dtype=np.uint8)


def sums_of(client, query: str) -> list[np.ndarray]:
    """The steps by their definition, from the values that the product gives away."""
    values = [client.get(f"{MAP}/contributions/{n}/values?{query}").content for n in range(6)]
    parts = [np.frombuffer(one, "<f4").astype(np.float64) for one in values]
    trace = np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?{query}").content))
    shape = trace["layer2/preactivation"][3].shape
    sums = [np.sum(parts[:count], axis=0).reshape(shape) for count in range(1, 7)]
    return [np.zeros(shape), *sums, trace["layer2/preactivation"][3], trace["layer2/activation"][3]]


def indices_of(values: np.ndarray, limit: float) -> np.ndarray:
    """The colours of values by the rule that the legend states."""
    part = np.clip(values / limit, -1, 1)
    return 128 + np.rint(127 * np.sign(part) * np.abs(part) ** 0.6)


def assert_same_colours(drawn: np.ndarray, expected: np.ndarray) -> None:
    """Near the border of two colours either may be drawn."""
    assert np.abs(drawn - expected).max() <= 1
    assert (drawn == expected).mean() > 0.9


@pytest.mark.parametrize("order", ["index", "size"])
def test_each_step_at_rest_is_the_sum_so_far(client, order):
    query = f"{SMALL}&order={order}"
    data = client.get(f"{MAP}/contributions.json?{query}").json()
    sums = sums_of(client, SMALL)

    assert [one["kind"] for one in data["sums"]] == ["sum"] * 7 + ["bias", "activation"]
    for step in (0, 6, 7, 8) if order == "size" else range(9):
        expected = indices_of(sums[step], data["sum_legend"]["limit"])
        assert_same_colours(step_of(client, step, query), expected)


def test_a_step_by_size_is_the_sum_of_the_greatest_shares(client):
    query = f"{SMALL}&order=size"
    data = client.get(f"{MAP}/contributions.json?{query}").json()
    shares = np.array([one["share"] for one in data["contributions"]])
    first = fold.order_by_size(shares)[0]
    values = client.get(f"{MAP}/contributions/{first}/values?{SMALL}").content
    expected = np.frombuffer(values, "<f4").reshape(32, 32)

    limit = data["sum_legend"]["limit"]
    assert_same_colours(step_of(client, 1, query), indices_of(expected, limit))


@pytest.mark.parametrize(
    "more", ["", "&order=size", "&show=preactivation", "&mute=2", "&pool2=max"]
)
def test_what_moves_is_each_step_itself_where_the_map_is_small(client, more):
    query = SMALL + more
    steps = client.get(f"{MAP}/contributions.json?{query}").json()["sums"]
    frames = frames_of(client, query)

    assert len(frames) == len(steps)
    for step, frame in enumerate(frames):
        np.testing.assert_array_equal(frame, step_of(client, step, query))


def test_what_moves_of_a_large_map_is_its_means_of_2_by_2(client):
    data = client.get(f"{MAP}/contributions.json?{USUAL}").json()
    frames, sums = frames_of(client, USUAL), sums_of(client, USUAL)

    assert (data["sum_size"], data["moving_size"]) == ([256, 256], [128, 128])
    assert frames.shape == (9, 128, 128)
    for frame, values in zip(frames, sums, strict=True):
        means = values.reshape(128, 2, 128, 2).mean(axis=(1, 3))
        assert_same_colours(frame, indices_of(means, data["sum_legend"]["limit"]))


def test_the_colours_of_what_moves_are_those_of_the_picture_at_rest(client):
    data = zlib.decompress(client.get(f"{MAP}/sums/moving?{SMALL}").content)
    still = Image.open(io.BytesIO(client.get(f"{MAP}/sums/8.png?{SMALL}").content))

    assert list(data[4 : 4 + PALETTE_BYTES]) == still.getpalette()


def test_64_steps_that_move_weigh_less_than_350_kb(client):
    data = client.get("/images/cat/layers/2/maps/7/sums/moving").content

    assert len(data) < 350_000


@pytest.mark.parametrize("step", ["-1", "9", "last"])
def test_a_step_that_is_not_there_is_refused(client, step):
    answer = client.get(f"{MAP}/sums/{step}.png?{SMALL}")

    assert answer.status_code in (404, 422)
    assert client.get(f"{MAP}/sums/8.png?{SMALL}").status_code == 200


@pytest.mark.parametrize("name", ["8.png", "moving"])
def test_a_step_is_kept_for_good_by_its_address_on_the_page(client, name):
    page = client.get(f"{MAP}/contributions?{SMALL}").text
    place = page.index(f"{MAP}/sums/{name}?")
    address = page[place:].split('"')[0].replace("&amp;", "&")
    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})

    assert "immutable" in answer.headers["Cache-Control"]
    assert again.status_code == 304


@pytest.mark.parametrize("sheet", [f"{MAP}/contributions.png", "/images/cat/layers/1/maps.png"])
def test_a_sheet_comes_in_half_its_size_and_in_no_other(client, sheet):
    whole, half = (
        Image.open(io.BytesIO(client.get(f"{sheet}?{USUAL}&shrink={shrink}").content))
        for shrink in (1, 2)
    )

    assert [2 * side for side in half.size] == list(whole.size)
    for shrink in ("0", "3", "half"):
        assert client.get(f"{sheet}?{USUAL}&shrink={shrink}").status_code == 422


@pytest.mark.parametrize("query", [USUAL, SMALL, f"{USUAL}&size=150", f"{USUAL}&pool1=max"])
def test_what_is_drawn_ahead_are_the_sheets_that_the_page_names(client, query):
    lab = client.app.state.lab
    state = state_from_query("cat", QueryParams(query))
    page = client.get(f"/images/cat?{query}").text

    for layer in (1, 2):
        named = re.search(rf'/images/cat/layers/{layer}/maps\.png[^"]*', page).group()
        assert lab.sheets.asked_first(state, layer) == client.get(html.unescape(named)).content
