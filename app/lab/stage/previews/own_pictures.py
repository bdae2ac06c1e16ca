"""Previews of the views that have one picture of their own, and of the costs of a layer."""

import numpy as np

from app.drawing.boards import Board, Box, on_paper
from app.lab.compute.passes import Passes
from app.lab.kinds.costs import costs_view
from app.lab.kinds.factor_maps import intermediate_png
from app.lab.one_layer.pictures import one_layer_png
from app.lab.stage.previews.paper import HEIGHT, LETTERS, WIDTH, new_board, put_picture
from app.lab.state.state import State
from app.lab.wall.build import BAND_ROWS, FEW_COLUMNS
from app.lab.wall.pictures import PITCH, wall_png

WHOLE: Box = (24, 24, 1152, 582)
RIGHT_OF_PICTURE: Box = (376, 44, 780, 542)
NAMES, BARS, LONGEST = 300, 330, 600  # where names end and bars begin, and the longest bar
ROW, THICK = 84, 40  # from one bar to the next, and how thick it is


def wall_board(passes: Passes, state: State, layer: int) -> Board:
    """Draw the wall of a layer; one of few columns in bands next to one another, as its page does."""
    board, pixels = new_board(), on_paper(wall_png(passes, state, layer))
    heads, rows = pixels[:PITCH], pixels[PITCH:]
    high = BAND_ROWS * PITCH if pixels.shape[1] <= (FEW_COLUMNS + 1) * PITCH else len(rows)
    bands = [np.concatenate([heads, rows[top : top + high]]) for top in range(0, len(rows), high)]
    left, top, width, height = WHOLE
    for index, band in enumerate(bands):
        room = width // len(bands)
        board.put(band, (left + index * room, top, room, height))
    return board


def one_layer_board(passes: Passes, state: State) -> Board:
    """Draw the picture, and all filters of the one layer that the two equal.

    Raises:
        SpecError: the layers cannot be composed.
    """
    board = new_board()
    put_picture(board, passes.ready(state).prepared.image)
    board.put(on_paper(one_layer_png(passes, state)), RIGHT_OF_PICTURE)
    return board


def intermediate_board(passes: Passes, state: State, layer: int) -> Board:
    """Draw the picture, and the maps between the two steps of a layer.

    Raises:
        NoSuchMap: the layer is one step.
    """
    board = new_board()
    put_picture(board, passes.ready(state).prepared.image)
    board.put(on_paper(intermediate_png(passes, state, layer)), RIGHT_OF_PICTURE)
    return board


def costs_board(passes: Passes, state: State, layer: int) -> Board:
    """Draw the multiply-adds of each way to build a layer as a bar; its name is the value in addresses."""
    board, rows = new_board(), costs_view(state, layer, passes.limits).rows
    longest = max(row.multiply_adds.value for row in rows)
    top = (HEIGHT - len(rows) * ROW) // 2
    for index, row in enumerate(rows):
        middle = top + index * ROW + ROW // 2
        length = max(round(LONGEST * row.multiply_adds.value / longest), 2)
        bar = (BARS, middle - THICK // 2, length, THICK)
        board.bar(bar, hollow=not row.current)
        board.write(row.way, (NAMES, middle), size=LETTERS + 6, anchor="rm")
        number = f"{row.multiply_adds.value:,}".replace(",", " ")
        board.write(number, (BARS + length + 16, middle), size=LETTERS, anchor="lm")
    assert BARS + LONGEST + 16 < WIDTH
    return board
