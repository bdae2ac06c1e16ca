"""The positions of maps in a sheet, as views."""

from functools import lru_cache

from app.drawing import render
from app.drawing.sheets import SheetLayout, sheet_layout
from app.lab.compute.recorded import TILE
from app.lab.pieces.views import BoxView, SheetView

__all__ = ["LARGE_TILE", "TILE", "box_view", "layout_of", "sheet_view"]

LARGE_TILE = 256  # where a grid stands alone on its page
TILES = range(16, 513)


def layout_of(count: int, height: int, width: int, tile: int) -> SheetLayout:
    """Lay out maps in a sheet; maps with a side above `tile` pixels are averaged down."""
    return sheet_layout(count, *render.reduced_size(height, width, tile))


@lru_cache(maxsize=1024)  # a page has 300, which the next one has too
def box_view(layout: SheetLayout, index: int) -> BoxView:
    """Describe the position of one tile."""
    x, y, width, height = layout.box(index)
    return BoxView(x=x, y=y, width=width, height=height)


def sheet_view(layout: SheetLayout, *, halves: bool = False) -> SheetView:
    """Describe the size of a sheet, and where asked whether it also comes in half the size."""
    return SheetView(
        columns=layout.columns,
        width=layout.width,
        height=layout.height,
        halves=halves and layout.halves,
    )
