import numpy as np
import pytest

from app.drawing.sheets import EDGE, sheet, sheet_layout


def tiles(count: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(2).integers(1, 256, (count, height, width), np.uint8)


@pytest.mark.parametrize("count", [1, 3, 8, 9, 64, 65, 128])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (5, 7), (16, 16)])
def test_every_map_is_found_in_its_box(count, height, width):
    indices, layout = tiles(count, height, width), sheet_layout(count, height, width)

    pixels = sheet(indices, layout)

    assert pixels.shape == (layout.height, layout.width)
    for number, tile in enumerate(indices):
        x, y, w, h = layout.box(number)
        np.testing.assert_array_equal(pixels[y : y + h, x : x + w], tile)


@pytest.mark.parametrize("count", [3, 10])
def test_round_every_map_stand_its_own_outermost_pixels(count):
    indices, layout = tiles(count, 6, 5), sheet_layout(count, 6, 5)

    pixels = sheet(indices, layout)

    for number, tile in enumerate(indices):
        x, y, w, h = layout.box(number)
        around = pixels[y - EDGE : y + h + EDGE, x - EDGE : x + w + EDGE]
        np.testing.assert_array_equal(around, np.pad(tile, EDGE, mode="edge"))


def test_places_without_a_map_have_no_value():
    layout = sheet_layout(9, 4, 4)

    pixels = sheet(tiles(9, 4, 4), layout)

    assert not pixels[layout.height // 2 :, layout.width // 8 :].any()


@pytest.mark.parametrize(
    ("count", "columns", "rows"),
    [(1, 1, 1), (5, 5, 1), (8, 8, 1), (9, 8, 2), (64, 8, 8), (65, 16, 5), (128, 16, 8)],
)
def test_eight_stand_in_a_row_and_sixteen_when_there_are_many(count, columns, rows):
    layout = sheet_layout(count, 10, 10)

    assert (layout.columns, layout.rows) == (columns, rows)


def test_maps_keep_their_order_row_by_row():
    layout = sheet_layout(64, 10, 20)

    places = [layout.box(index)[1::-1] for index in range(64)]  # (y, x)
    assert places == sorted(places)
    assert len(set(places)) == 64


@pytest.mark.parametrize("side", [96, 86, 75, 64])
def test_a_view_on_a_sheet_is_a_view_on_its_half(side):
    layout = sheet_layout(64, side, side)

    assert layout.halves
    scale = layout.half.width / layout.width
    for number in (0, 7, 63):
        whole = [scale * one for one in layout.box(number)]
        np.testing.assert_allclose(layout.half.box(number), whole, atol=0.5)


@pytest.mark.parametrize(("height", "width"), [(48, 48), (8, 3), (75, 64)])
def test_what_is_small_or_would_be_out_of_shape_has_no_half(height, width):
    assert not sheet_layout(4, height, width).halves


def test_round_every_map_of_a_half_sheet_stand_its_outermost_pixels_too():
    layout = sheet_layout(10, 86, 86).half
    indices = tiles(10, 43, 43)

    pixels = sheet(indices, layout)

    x, y, w, h = layout.box(9)
    around = pixels[y - 2 : y + h + 2, x - 2 : x + w + 2]
    np.testing.assert_array_equal(around, np.pad(indices[9], 2, mode="edge"))
