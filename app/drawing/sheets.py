"""Many maps in one picture, each to be cut out by its box: one request for a whole grid."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.uint8]

EDGE = 4
"""Pixels round each tile, repeated from its rim.

A browser that shows one tile scaled down blends in the neighbouring pixels: here the tile's own colours. Twice 4
keeps tiles of the usual sizes a multiple of 8 apart, so that in the halved copies that browsers scale from no
pixel holds parts of two tiles.
"""

_COLUMNS = 8
_COLUMNS_OF_MANY = 16
_MANY = 64  # more tiles than this
_SMALL = 48  # pixels a side of a tile


@dataclass(frozen=True, kw_only=True)
class SheetLayout:
    """Where every tile of a sheet is, in pixels; row by row, in the order of the maps."""

    columns: int
    rows: int
    tile_height: int
    tile_width: int
    edge: int = EDGE

    @property
    def halves(self) -> bool:
        """Return whether there is a sheet of half this size, of the same proportions: small ones need none."""
        height, width = self.tile_height, self.tile_width
        return max(height, width) > _SMALL and height % 2 == width % 2

    @property
    def half(self) -> "SheetLayout":
        """Return the layout of half the size, its edges too, so that a view on one is a view on the other."""
        height, width = -(-self.tile_height // 2), -(-self.tile_width // 2)
        return replace(self, tile_height=height, tile_width=width, edge=self.edge // 2)

    @property
    def height(self) -> int:
        """Return the height of the sheet."""
        return self.rows * (self.tile_height + 2 * self.edge)

    @property
    def width(self) -> int:
        """Return the width of the sheet."""
        return self.columns * (self.tile_width + 2 * self.edge)

    def box(self, index: int) -> tuple[int, int, int, int]:
        """Return (x, y, width, height) of the pixels of one map, its edge left out."""
        row, column = divmod(index, self.columns)
        x = column * (self.tile_width + 2 * self.edge) + self.edge
        y = row * (self.tile_height + 2 * self.edge) + self.edge
        return x, y, self.tile_width, self.tile_height


def sheet_layout(count: int, height: int, width: int) -> SheetLayout:
    """Lay out `count` tiles: eight in a row, or sixteen when there are more than 64."""
    columns = max(min(count, _COLUMNS if count <= _MANY else _COLUMNS_OF_MANY), 1)
    rows = max(-(-count // columns), 1)
    return SheetLayout(columns=columns, rows=rows, tile_height=height, tile_width=width)


def blank(layout: SheetLayout) -> Indices:
    """Return a sheet without a map: index 0 everywhere, no value.

    Shapes:
        return  (layout.height, layout.width)
    """
    return np.zeros((layout.height, layout.width), np.uint8)


def place(pixels: Indices, layout: SheetLayout, index: int, tile: Indices) -> None:
    """Put one map into its place in a sheet.

    Shapes:
        pixels  (layout.height, layout.width)
        tile    (h, w)
    """
    x, y, width, height = layout.box(index)
    pixels[y : y + height, x : x + width] = tile


def sheet(indices: Iterable[Indices], layout: SheetLayout) -> Indices:
    """Lay the maps out with their edges; places without a map hold index 0, no value.

    Shapes:
        indices  N times (h, w)
        return   (layout.height, layout.width)
    """
    pixels = blank(layout)
    for index, tile in enumerate(indices):
        place(pixels, layout, index, tile)
    return with_edges(pixels, layout)


def with_edges(pixels: Indices, layout: SheetLayout) -> Indices:
    """Repeat the rim of each map of a sheet round it, in place, and return the sheet.

    Shapes:
        pixels, return  (layout.height, layout.width)
    """
    edge = layout.edge
    cells = pixels.reshape(layout.rows, layout.tile_height + 2 * edge, layout.width)
    cells[:, :edge] = cells[:, edge : edge + 1]
    cells[:, -edge:] = cells[:, -edge - 1 : -edge]
    bands = pixels.reshape(layout.height, layout.columns, layout.tile_width + 2 * edge)
    bands[..., :edge] = bands[..., edge : edge + 1]
    bands[..., -edge:] = bands[..., -edge - 1 : -edge]
    return pixels
