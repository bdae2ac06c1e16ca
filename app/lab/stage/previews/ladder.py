"""The preview of a deep net."""

from app.drawing.boards import Board, Box
from app.lab.compute.passes import Passes
from app.lab.deep_nets.views import BarView, DrawingView, LadderView
from app.lab.stage.previews.paper import LETTERS, WIDTH, Pixels, in_colour, new_board
from app.lab.state.state import State

HEADLINE = 54  # in pixels
TOP = 170  # where the drawing begins


def ladder_board(passes: Passes, state: State, ladder: LadderView) -> Board:
    """Draw a deep net as its page does: a bar for each layer, and below it how much of the picture it sees."""
    image = passes.ready(state).prepared.image  # (C, H, W)
    board, square, drawing = new_board(), in_colour(image), ladder.drawing
    shapes = (ladder.input_shape, ladder.layers[-1].shape)
    words = "   to   ".join(" x ".join(map(str, shape)) for shape in shapes)
    board.write(words, (WIDTH // 2, TOP // 2), size=HEADLINE, anchor="mm")
    left = (WIDTH - drawing.bars[-1].middle - drawing.tile / 2) / 2
    side = drawing.picture
    board.put(square, _box(left, TOP + drawing.base - side, side, side))
    for bar in drawing.bars:
        _put_bar(board, bar, drawing, square, left)
    return board


def _put_bar(
    board: Board, bar: BarView, drawing: DrawingView, picture: Pixels, left: float
) -> None:
    middle, base, tile = round(left + bar.middle), round(TOP + drawing.base), drawing.tile
    tiles = TOP + drawing.tiles_top
    board.bar(_box(left + bar.left, TOP + bar.top, bar.width, bar.height), hollow=bar.pools)
    board.put(picture, _box(middle - tile / 2, tiles, tile, tile))
    sees = _box(left + bar.sees_left, TOP + bar.sees_top, bar.sees_side, bar.sees_side)
    board.frame(sees, width=2)
    for number, at, anchor in (
        (bar.side, round(TOP + bar.top) - 6, "ms"),
        (bar.depth, base + 8, "mt"),
        (bar.sees, round(tiles + tile) + 8, "mt"),
    ):
        if number is not None:
            board.write(str(number), (middle, at), size=LETTERS, anchor=anchor)


def _box(left: float, top: float, width: float, height: float) -> Box:
    return (round(left), round(top), max(round(width), 1), max(round(height), 1))
