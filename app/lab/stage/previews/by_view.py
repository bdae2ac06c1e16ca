"""Which view has which preview."""

from app.lab.compute.passes import Passes
from app.lab.compute_timing import timed
from app.lab.deep_nets.views import LadderView
from app.lab.stage.previews import own_pictures
from app.lab.stage.previews.ladder import ladder_board
from app.lab.stage.previews.paper import as_png
from app.lab.stage.previews.stage import maps_board, stage_board
from app.lab.state.state import State

OF_A_LAYER = {
    "maps": maps_board,
    "wall": own_pictures.wall_board,
    "costs": own_pictures.costs_board,
    "intermediate": own_pictures.intermediate_board,
}


@timed("draw")
def preview_png(
    passes: Passes, state: State, view: str, layer: int, channel: int | None, *, width: int
) -> bytes:
    """Draw the view of a state: of layer `layer` and of its map `channel`, where the view is of these.

    Raises:
        NoSuchMap, SpecError: the view does not work with this state.
    """
    if view in OF_A_LAYER:
        board = OF_A_LAYER[view](passes, state, layer)
    elif view == "one_layer":
        board = own_pictures.one_layer_board(passes, state)
    else:
        board = stage_board(passes, state, None if channel is None else (layer, channel))
    return as_png(board, width)


@timed("draw")
def ladder_preview_png(passes: Passes, state: State, ladder: LadderView, *, width: int) -> bytes:
    """Draw a deep net."""
    return as_png(ladder_board(passes, state, ladder), width)
