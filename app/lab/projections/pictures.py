"""The pictures of strong places: patches, what is sent down and gradients as three rows of one sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps
from app.drawing.png import encode_rgb_png
from app.drawing.sheets import SheetLayout, sheet
from app.engine.arrays import Float
from app.engine.explain.projection import Projection
from app.engine.explain.receptive_field import Rectangle
from app.lab.pieces.views import BoxView, LegendView, TickView

PAPER = 252
STOPS = 17

Double = NDArray[np.float64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Found:
    """One strong place in a picture, and its pixels there, in [0, 1]; all arrays (C, h, w)."""

    image_id: str
    row: int
    col: int
    value: float
    box: Rectangle
    pixels: Float
    deconvnet: Double
    gradient: Double

    @property
    def nbytes(self) -> int:
        """Return the bytes that its arrays take."""
        return self.pixels.nbytes + self.deconvnet.nbytes + self.gradient.nbytes


def found_at(image_id: str, one: Projection, image: Float) -> Found:
    """Return a strong place without anything of the pass that it was found in.

    Shapes:
        image  (C, H, W)  the picture before `normalise`
    """
    return Found(
        image_id=image_id,
        row=one.row,
        col=one.col,
        value=one.value,
        box=one.box,
        pixels=image[:, one.box.rows, one.box.columns].copy(),
        deconvnet=one.deconvnet,
        gradient=one.gradient,
    )


def largest(parts: Iterable[Double]) -> float:
    """Return the greatest absolute value of all."""
    return max((float(np.abs(part).max()) for part in parts if part.size), default=0.0)


def layout_of(found: Sequence[Found]) -> SheetLayout:
    """Lay out three rows, each as long as there are places: patches, what is sent down, gradients."""
    return SheetLayout(
        columns=max(len(found), 1),
        rows=3,
        tile_height=max((one.box.height for one in found), default=1),
        tile_width=max((one.box.width for one in found), default=1),
    )


def boxes(index: int, layout: SheetLayout, one: Found) -> tuple[BoxView, BoxView, BoxView]:
    """Return where the three pictures of a place lie: near the border they are smaller than their tiles."""
    top, middle, lower = (
        BoxView(x=x, y=y, width=one.box.width, height=one.box.height)
        for x, y, _, _ in (layout.box(row * layout.columns + index) for row in range(3))
    )
    return top, middle, lower


def sheet_png(found: Sequence[Found]) -> bytes:
    """Draw the three rows, a pixel a pixel."""
    layout = layout_of(found)
    rows = [
        [_bytes(one.pixels) for one in found],
        _round_grey([one.deconvnet for one in found]),
        _round_grey([one.gradient for one in found]),
    ]
    size = (layout.tile_height, layout.tile_width)
    tiles = np.full((3 * layout.columns, 3, *size), PAPER, np.uint8)  # (N, 3, h, w)
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):  # (C, h, w)
            height, width = picture.shape[1:]
            tiles[row * layout.columns + column, :, :height, :width] = picture
    channels = [sheet(tiles[:, channel], layout) for channel in range(3)]
    return encode_rgb_png(np.stack(channels, axis=-1))


def legend(limit: float) -> LegendView:
    """Describe the scale of a row: in each colour channel black is -limit, the middle 0, full colour limit."""
    ticks = ((-limit, 0.0), (0.0, 0.5), (limit, 1.0)) if limit else ((0.0, 0.5),)
    return LegendView(
        minimum=-limit,
        limit=limit,
        beyond=0.0,
        stops=tuple(colormaps.stops(colormaps.GREY, STOPS, first=0)),
        ticks=tuple(TickView(value=value, position=position) for value, position in ticks),
    )


def _round_grey(parts: list[Double]) -> list[Bytes]:
    limit = largest(parts) or 1.0
    return [_bytes(0.5 + part / (2 * limit)) for part in parts]


def _bytes(values: Float | Double) -> Bytes:
    return np.rint(255 * values).astype(np.uint8)
