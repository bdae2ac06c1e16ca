"""What one pixel sees of the image: its receptive field and the paths to it, through every padding mode."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.spec import geometry, windows
from app.engine.spec.geometry import Sight
from app.engine.spec.stack import StackSpec
from app.engine.spec.windows import OUTSIDE, Places

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the image, in pixels; without area where nothing of the image is seen."""

    top: int
    left: int
    height: int
    width: int

    @property
    def rows(self) -> slice:
        """Return the image rows that it covers."""
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        """Return the image columns that it covers."""
        return slice(self.left, self.left + self.width)


def paths(
    spec: StackSpec, layer: int, row: int, col: int, *, pooled: bool = False
) -> tuple[Counts, Counts]:
    """Count the ways down from one pixel of layer `layer` (1 or 2) to each image row, and each column.

    The pixel is one of the layer's maps before its pool, with `pooled` one after it. The paths to one
    image pixel are the product of the count of its row and that of its column. A window on zeros leads
    nowhere there; on other padding, to the pixels that it repeats. A pool leads to all pixels of its
    window, whichever of them wins.

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
            places, map_hw = windows.pool_reads(one, input_hw), one.map_hw(*input_hw)
            counts = [_down(*axis) for axis in zip(counts, places, map_hw, strict=True)]
        places = windows.read(one, input_hw)
        counts = [_down(*axis) for axis in zip(counts, places, input_hw, strict=True)]
    return counts[0], counts[1]


def receptive_field(
    spec: StackSpec, layer: int, row: int, col: int, *, pooled: bool = False
) -> Rectangle:
    """Return the smallest rectangle of the image that holds every pixel with a path to this one; see `paths`.

    Raises:
        PlaceError: there is no such layer, row or column.
    """
    rows, columns = (
        np.flatnonzero(counts) for counts in paths(spec, layer, row, col, pooled=pooled)
    )
    return around(rows, columns)


def around(rows: Places, columns: Places) -> Rectangle:
    """Return the smallest rectangle with all these rows and columns, both in ascending order."""
    if not (rows.size and columns.size):
        return Rectangle(0, 0, 0, 0)
    top, left = int(rows[0]), int(columns[0])
    return Rectangle(top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1)


def sighted(spec: StackSpec, layer: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows, and columns, of a layer's maps have a path to the image; others lie on zeros.

    Shapes:
        return  (H',) and (W',) of spec.map_shape(layer)
    """
    seen = [np.ones(size, np.bool_) for size in spec.input_shape(1)[1:]]
    for number, one in enumerate(spec.layers[:layer], 1):
        input_hw = spec.input_shape(number)[1:]
        if number > 1:
            pools = windows.pool_reads(spec.layers[number - 2], spec.input_shape(number - 1)[1:])
            seen = [_any(*axis) for axis in zip(seen, pools, strict=True)]
        seen = [_any(*axis) for axis in zip(seen, windows.read(one, input_hw), strict=True)]
    return seen[0], seen[1]


def overlapping(spec: StackSpec, layer: int, axis: int) -> int:
    """Return how far apart along an axis two pixels of a layer's maps may be for their receptive fields to meet.

    Edges apart, where a border may join or cut receptive fields.
    """
    seen = Sight()
    for number, one in enumerate(spec.layers[:layer], 1):
        seen = geometry.see_through(
            seen,
            kernel=one.kernel[axis],
            stride=one.stride,
            dilation=one.dilation,
            padding_before=0,
        )
        if number < layer and one.pool != "none":
            seen = geometry.see_through_pool(seen, one.pool_size)
    return (seen.size - 1) // seen.step


def _any(below: NDArray[np.bool_], places: Places) -> NDArray[np.bool_]:
    """Return whether any of the places that each output reads is True."""
    found: NDArray[np.bool_] = ((places != OUTSIDE) & below[places]).any(axis=1)
    return found


def _down(counts: Counts, places: Places, size: int) -> Counts:
    below = np.zeros(size, np.int64)
    leads = places != OUTSIDE  # (outputs, taps)
    each = np.broadcast_to(counts[:, None], places.shape)
    np.add.at(below, places[leads], each[leads])
    return below
