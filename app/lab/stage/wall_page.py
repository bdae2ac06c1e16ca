"""The page of the wall: all contributions, with a column, a row or a cell open, and the kinds to choose."""

from app.engine.errors import check_range
from app.lab.compute.passes import Passes, check_layer
from app.lab.kinds.costs import costs_view, kind_views
from app.lab.state.state import State
from app.lab.wall import build, details
from app.lab.wall.views import WallView


def wall_view(
    passes: Passes, state: State, layer: int, *, column: int | None = None, row: int | None = None
) -> WallView:
    """Return all contributions of a layer, with a column, a row or, given both, a cell open.

    Raises:
        NoSuchMap: the stack has no such layer.
        SpecError: there is no such column or row.
    """
    check_layer(layer)
    channels, filters = (shape[0] for shape in state.stack.shapes[layer - 1 : layer + 1])
    _check_place("column", column, channels)
    _check_place("row", row, filters)
    one = passes.wall(state, layer)
    fold = None if row is None else passes.fold(state, layer, row)
    alone = column is not None and fold is None
    whole = passes.hearing_all(state) if one.muted() else None
    return build.wall_view(
        one,
        state.display,
        reach=(
            details.reach_view(one, column, threads=passes.threads)
            if column is not None and alone
            else None
        ),
        made_of=details.made_of_view(one, fold) if fold and column is None else None,
        cell=details.cell_view(one, fold, column) if fold and column is not None else None,
        changes=details.changes_view(one, whole, state.display) if whole else None,
        kinds=kind_views(costs_view(state, layer, passes.limits), state, passes.limits),
    )


def _check_place(name: str, given: int | None, count: int) -> None:
    if given is not None:
        check_range(name, given, range(count))
