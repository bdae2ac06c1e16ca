"""The picture of a view for sites that show links: it shows that view."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.drawing.boards import PAPER, SOFT

SMALL = "size=48&filters1=8&filters2=4&weights1=random"
OF_A_MAP = ["/layers/2/maps/1", "/layers/2/maps/1/contributions", "/layers/1/maps/3"]
PICTURE = np.s_[185:445, 44:304]  # where the photograph stands
WHOLE = np.s_[24:606, 24:1176]
BESIDE = np.s_[44:586, 376:1156]


def preview(client, path: str, more: str = "") -> Any:
    """Return the pixels of the preview of a view of the cat, (H, W, 3)."""
    answer = client.get(f"/images/cat{path}/preview.png?{SMALL}{more}")
    assert answer.headers["Content-Type"] == "image/png"
    return pixels_of(answer)


def pixels_of(answer) -> Any:
    with Image.open(io.BytesIO(answer.content)) as picture:
        return np.asarray(picture.convert("RGB"))


def is_ink(pixels: Any) -> Any:
    return (pixels != PAPER).any(axis=-1)


def of_the_box(pixels: Any, own: Any) -> Any:
    """Return what lies in the middle of a box, where a picture `own` fits, reduced to the size of `own`."""
    rows, columns = own.shape[:2]
    scale = min(pixels.shape[0] / rows, pixels.shape[1] / columns)
    height, width = round(rows * scale), round(columns * scale)
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    shown = Image.fromarray(pixels[top : top + height, left : left + width])
    return np.asarray(shown.resize((columns, rows), Image.Resampling.BOX), float)


@pytest.mark.parametrize("path", ["", *OF_A_MAP])
def test_the_preview_of_the_stage_is_the_photograph_and_both_layers(client, path):
    pixels = preview(client, path)

    assert pixels.shape == (630, 1200, 3)
    ink = (pixels != PAPER).any(axis=-1)
    assert not ink[:40].any()
    assert not ink[-40:].any()
    left, middle, right = ink[:, 44:304], ink[:, 376:832], ink[:, 904:1156]
    assert left[185:445].all()  # the photograph fills its place
    assert middle.mean() > 0.2
    assert right.mean() > 0.2


def test_the_preview_shows_the_photograph_itself(client):
    working = client.get("/images/cat/picture.png").content
    with Image.open(io.BytesIO(working)) as picture:
        expected = np.asarray(picture.resize((260, 260), Image.Resampling.BOX), float)
    shown = pixels_of(client.get("/images/cat/preview.png"))[PICTURE].astype(float)

    assert np.abs(shown - expected).mean() < 4


def test_the_preview_changes_with_the_chosen_map_and_the_settings(client):
    addresses = ["", "/layers/2/maps/1", "/layers/2/maps/2", "/layers/1/maps/2"]
    pictures = {preview(client, path).tobytes() for path in addresses}
    pictures.add(preview(client, "", "&contrast=linear").tobytes())

    assert len(pictures) == 5


def test_one_filter_or_the_most_have_a_preview_as_well(client):
    for filters in (1, 128):
        address = f"/images/cat/preview.png?size=32&filters1={filters}&filters2={filters}"
        assert client.get(address).headers["Content-Type"] == "image/png"


def test_the_preview_of_a_wall_is_the_wall(client):
    wall = client.get(f"/images/cat/layers/2/wall.png?{SMALL}")
    with Image.open(io.BytesIO(wall.content)) as picture:
        is_shown = np.asarray(picture.convert("RGBA"))[..., 3] > 0
    own = pixels_of(wall)

    shown = of_the_box(preview(client, "/layers/2/wall")[WHOLE], own)

    assert np.abs(shown - own)[is_shown].mean() < 8


def test_the_wall_of_three_channels_stands_in_bands_next_to_one_another(client):
    pixels = preview(client, "/layers/1/wall", "&filters1=64")

    assert is_ink(pixels[WHOLE]).any(axis=0).mean() > 0.4


@pytest.mark.parametrize(("layer", "maps"), [(1, 8), (2, 4)])
def test_the_preview_of_one_layer_is_the_photograph_and_its_maps_alone(client, layer, maps):
    pixels = preview(client, f"/layers/{layer}/maps")
    stage = preview(client, "")

    assert (pixels[PICTURE] == stage[PICTURE]).all()
    ink = is_ink(pixels[BESIDE])
    lines = np.flatnonzero(np.diff(ink.any(axis=0).astype(int)) == 1)
    rows = np.flatnonzero(np.diff(ink.any(axis=1).astype(int)) == 1)
    assert (len(lines) + ink[:, 0].any()) * (len(rows) + ink[0].any()) >= maps


def test_the_preview_of_the_costs_is_a_bar_for_each_way_as_long_as_its_multiply_adds(client):
    pixels = preview(client, "/layers/2/costs")
    costs = client.get(f"/images/cat/layers/2/costs.json?{SMALL}").json()["rows"]

    outlined = (pixels == SOFT).all(axis=-1)[:, 330:].sum(axis=1)
    tops = [y for y in np.flatnonzero(outlined) if not outlined[y - 1]]
    longest = max(row["multiply_adds"]["value"] for row in costs)
    expected = [600 * row["multiply_adds"]["value"] / longest for row in costs]

    np.testing.assert_allclose([outlined[y] for y in tops], expected, atol=1)


def test_the_preview_of_the_one_layer_that_two_equal_shows_its_filters(client):
    linear = "&activation1=linear&activation2=linear"
    own = pixels_of(client.get(f"/images/cat/one_layer.png?{SMALL}{linear}"))

    pixels = preview(client, "/one_layer", linear)

    assert np.abs(of_the_box(pixels[BESIDE], own) - own).mean() < 10
    assert is_ink(pixels[PICTURE]).all()


def test_the_preview_of_the_maps_between_two_steps_shows_these(client):
    pixels = preview(client, "/layers/2/intermediate", "&kind2=separable&filters1=64")

    assert is_ink(pixels[BESIDE]).mean() > 0.4
    path = f"/images/cat/layers/2/intermediate/preview.png?{SMALL}"
    assert client.get(path).status_code == 404  # a layer of one step


def test_a_preview_of_an_odd_width_is_refused_with_those_that_work(client):
    answer = client.get(
        "/images/cat/preview.png?width=1199", headers={"Accept": "application/json"}
    )

    assert answer.status_code == 422
    assert "1200, 600, 300" in answer.json()["message"]


def bars_of(answer) -> list[tuple[int, int]]:
    """Return the width and the height of each bar in the picture of a deep net, from left to right."""
    with Image.open(io.BytesIO(answer.content)) as picture:
        grey = (np.asarray(picture.convert("RGB")) == SOFT).all(axis=-1)
    columns = np.flatnonzero(grey.any(axis=0))
    runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    return [(len(run), int(np.ptp(np.flatnonzero(grey[:, run[0]]))) + 1) for run in runs]


def test_the_preview_of_a_deep_net_is_a_bar_for_each_layer_as_high_and_wide_as_its_maps(client):
    net = "layers=conv3-4,pool2,conv3-8,pool2&size=64"
    (wide, high), *others = bars_of(client.get(f"/ladder/preview.png?{net}"))

    sizes = [(wide, high / 2), (2 * wide, high / 2), (2 * wide, high / 4)]
    np.testing.assert_allclose(others, sizes, atol=2)
    assert high > 200


def test_a_net_that_cannot_work_has_no_preview(client):
    assert client.get("/ladder/preview.png?layers=nothing").status_code == 422
    assert client.get("/ladder/preview.png?net=other").status_code == 422
