"""The receptive field of one pixel, and the number of paths to each image pixel, for every padding mode."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.spec import geometry, windows
from app.engine.spec.geometry import AxisReceptiveField
from app.engine.spec.stack import StackSpec
from app.engine.spec.windows import OUTSIDE, Places

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the image, in pixels; empty if none of the image is seen."""

    top: int
    left: int
    height: int
    width: int

    @property
    def rows(self) -> slice:
        """Return the image rows that the rectangle covers."""
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        """Return the image columns that the rectangle covers."""
        return slice(self.left, self.left + self.width)


def paths(
    spec: StackSpec, layer: int, row: int, col: int, *, pooled: bool = False
) -> tuple[Counts, Counts]:
    """Count the paths from one pixel of layer `layer` (1 or 2) to each image row and each image column.

    The pixel is in the layer's maps before the pool, or with `pooled` after it. The number of paths to an image
    pixel is the count of its row times that of its column. A tap on zero padding has no path; one on other
    padding leads to the pixel that is repeated there. A pool leads to all pixels of its window, whichever is the
    greatest.

    Shapes:
        return  (H,) and (W,) of the image

    Raises:
        PlaceError: there is no such layer, row or column.
    """
    windows.check_place(spec, layer, row=row, col=col, pooled=pooled)
    _, height, width = spec.output_shape(layer) if pooled else spec.map_shape(layer)
    counts = [np.zeros(size, np.int64) for size in (height, width)]
    counts[0][row] = counts[1][col] = 1
    for number in range(layer, 0, -1):
        input_hw = spec.input_shape(number)[1:]
        one = spec.layers[number - 1]
        if number < layer or pooled:
            places, map_hw = windows.pool_sources(one, input_hw), one.map_hw(*input_hw)
            counts = [_down(*axis) for axis in zip(counts, places, map_hw, strict=True)]
        places = windows.tap_sources(one, input_hw)
        counts = [_down(*axis) for axis in zip(counts, places, input_hw, strict=True)]
    return counts[0], counts[1]


def receptive_field(
    spec: StackSpec, layer: int, row: int, col: int, *, pooled: bool = False
) -> Rectangle:
    """Return the smallest rectangle of the image with every pixel that has a path to this one; see `paths`.

    Raises:
        PlaceError: there is no such layer, row or column.
    """
    rows, columns = (
        np.flatnonzero(counts) for counts in paths(spec, layer, row, col, pooled=pooled)
    )
    return bounding_box(rows, columns)


def bounding_box(rows: Places, columns: Places) -> Rectangle:
    """Return the smallest rectangle with all these rows and columns.

    Shapes:
        rows     (m,)  in ascending order
        columns  (n,)  in ascending order
    """
    if not (rows.size and columns.size):
        return Rectangle(0, 0, 0, 0)
    top, left = int(rows[0]), int(columns[0])
    return Rectangle(top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1)


def sees_image(spec: StackSpec, layer: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows and which columns of a layer's maps have a path to the image; the others read only
    zeros.

    Shapes:
        return  (H',) and (W',) of spec.map_shape(layer)
    """
    seen = [np.ones(size, np.bool_) for size in spec.input_shape(1)[1:]]
    for number, one in enumerate(spec.layers[:layer], 1):
        input_hw = spec.input_shape(number)[1:]
        if number > 1:
            pools = windows.pool_sources(spec.layers[number - 2], spec.input_shape(number - 1)[1:])
            seen = [_any(*axis) for axis in zip(seen, pools, strict=True)]
        seen = [_any(*axis) for axis in zip(seen, windows.tap_sources(one, input_hw), strict=True)]
    return seen[0], seen[1]


def overlap_distance(spec: StackSpec, layer: int, axis: int) -> int:
    """Return how far apart along an axis two pixels of a layer's maps may be and still have overlapping fields.

    This ignores the edges of the image, where padding may widen or crop receptive fields.
    """
    seen = AxisReceptiveField()
    for number, one in enumerate(spec.layers[:layer], 1):
        seen = geometry.extend_receptive_field(
            seen,
            kernel=one.kernel[axis],
            stride=one.stride,
            dilation=one.dilation,
            padding_before=0,
        )
        if number < layer and one.pool != "none":
            seen = geometry.extend_through_pool(seen, one.pool_size)
    return (seen.size - 1) // seen.step


def _any(below: NDArray[np.bool_], places: Places) -> NDArray[np.bool_]:
    """Return for each output whether any of the positions that it reads is True."""
    found: NDArray[np.bool_] = ((places != OUTSIDE) & below[places]).any(axis=1)
    return found


def _down(counts: Counts, places: Places, size: int) -> Counts:
    below = np.zeros(size, np.int64)
    leads = places != OUTSIDE  # (outputs, taps)
    each = np.broadcast_to(counts[:, None], places.shape)
    np.add.at(below, places[leads], each[leads])
    return below
