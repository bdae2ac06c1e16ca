"""What one pixel sees of the image: its receptive field and the paths to it, through every padding mode."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine import windows
from app.engine.spec import StackSpec
from app.engine.windows import OUTSIDE, Places

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


def paths(spec: StackSpec, layer: int, row: int, col: int) -> tuple[Counts, Counts]:
    """Count the ways down from one pixel of layer `layer` (1 or 2) to each image row, and each column.

    The paths to one image pixel are the product of the count of its row and that of its column. A
    window on zeros leads nowhere there; on other padding, to the pixels that it repeats.

    Shapes:
        return  (H,) and (W,) of the image

    Raises:
        PlaceError: there is no such layer, row or column.
    """
    windows.check_place(spec, layer, row=row, col=col)
    _, height, width = spec.output_shape(layer)
    counts = [np.zeros(size, np.int64) for size in (height, width)]
    counts[0][row] = counts[1][col] = 1
    for number in range(layer, 0, -1):
        input_hw = spec.input_shape(number)[1:]
        places = windows.read(spec.layers[number - 1], input_hw)
        counts = [_down(*axis) for axis in zip(counts, places, input_hw, strict=True)]
    return counts[0], counts[1]


def receptive_field(spec: StackSpec, layer: int, row: int, col: int) -> Rectangle:
    """Return the smallest rectangle of the image that holds every pixel with a path to this one.

    Raises:
        PlaceError: there is no such layer, row or column.
    """
    rows, columns = (np.flatnonzero(counts) for counts in paths(spec, layer, row, col))
    return around(rows, columns)


def around(rows: Places, columns: Places) -> Rectangle:
    """Return the smallest rectangle with all these rows and columns, both in ascending order."""
    if not (rows.size and columns.size):
        return Rectangle(0, 0, 0, 0)
    top, left = int(rows[0]), int(columns[0])
    return Rectangle(top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1)


def _down(counts: Counts, places: Places, size: int) -> Counts:
    below = np.zeros(size, np.int64)
    leads = places != OUTSIDE  # (outputs, taps)
    each = np.broadcast_to(counts[:, None], places.shape)
    np.add.at(below, places[leads], each[leads])
    return below
