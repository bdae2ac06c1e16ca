"""Previews of the stage: the photograph and the maps of both layers, of one layer, or one map."""

from app.drawing.boards import Board, Box
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes, check_map
from app.lab.stage.previews.paper import GAP, maps_in_colour, new_board, put_picture
from app.lab.state.state import Display, State

FIRST: Box = (376, 87, 456, 456)
SECOND: Box = (904, 87, 252, 456)
ALONE: Box = (376, 44, 780, 542)
ONE: Box = (904, 189, 252, 252)


def stage_board(passes: Passes, state: State, chosen: tuple[int, int] | None) -> Board:
    """Draw the picture, the maps of layer 1 and those of layer 2, or the map `chosen` (layer, channel) alone.

    Raises:
        NoSuchMap: the stack has no such map.
    """
    if chosen is not None:
        check_map(state, *chosen)
    board, run, display = new_board(), passes.run(state), state.display
    put_picture(board, passes.ready(state).prepared.image)
    tiles = board.put_all(maps_in_colour(run, 1, display, FIRST[2] // 4), FIRST, gap=GAP)
    if chosen is None:
        board.arrow((850, 299, 36, 32))
        board.put_all(maps_in_colour(run, 2, display, SECOND[2]), SECOND, gap=GAP)
    else:
        _put_one(board, tiles, run, display, chosen)
    return board


def maps_board(passes: Passes, state: State, layer: int) -> Board:
    """Draw the picture and the maps of one layer."""
    board = new_board()
    put_picture(board, passes.ready(state).prepared.image)
    maps = maps_in_colour(passes.layer_run(state, layer), layer, state.display, ALONE[3])
    board.put_all(maps, ALONE, gap=GAP)
    return board


def _put_one(
    board: Board, tiles: list[Box], run: Pass, display: Display, chosen: tuple[int, int]
) -> None:
    number, channel = chosen
    place = board.put(maps_in_colour(run, number, display, ONE[2] * 2)[channel], ONE)
    sources = tiles if number == 2 else [tiles[channel]]
    right = max(left + width for left, _, width, _ in tiles)
    heights = sorted({top + height / 2 for _, top, _, height in sources})
    board.gather([(right + 8, y) for y in heights], (place[0] - 8, place[1] + place[3] / 2))
    board.frame(place, width=4)
    if number == 1:
        board.frame(tiles[channel], width=3)
