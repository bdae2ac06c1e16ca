"""How many columns and rows a grid of the stage has: its tiles are as large as its box and the count allow."""

from typing import NamedTuple

from app.lab.pieces.views import GridPlanView

GAP = 3  # pixels between two tiles
LARGEST = 120  # pixels a side of a tile; one alone fills the width of its box
SMALL = 40  # tiles below this have their numbers at the head of each row
COLUMNS = (1, 2, 3, 4, 8)  # places stay where they are when the counts change a little


class GridBox(NamedTuple):
    """The room of a grid on the stage, in pixels at 1440 wide."""

    width: int
    height: int


INPUTS = GridBox(381, 549)
OUTPUTS = GridBox(273, 549)


def grid_plan(count: int, box: GridBox) -> GridPlanView:
    """Return the columns and rows of `count` tiles in a box: those with the largest tiles, rather more columns."""
    side, columns = max((_side(count, columns, box), columns) for columns in COLUMNS)
    return GridPlanView(columns=columns, rows=-(-count // columns), small=side < SMALL)


def _side(count: int, columns: int, box: GridBox) -> float:
    rows = -(-count // columns)
    if columns > count:
        return 0
    across, down = (
        (length - GAP * (tiles - 1)) / tiles
        for length, tiles in ((box.width, columns), (box.height, rows))
    )
    return min(across, down, LARGEST if count > 1 else box.width)
