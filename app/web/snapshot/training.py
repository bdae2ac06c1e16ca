"""The training of a lesson as a file: its filters and maps at every step, as large as there is room."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.lab.maps.build import grid_view
from app.lab.stage.learning import learning_view
from app.lab.stage.learning_views import LearningView
from app.web.address.urls import Urls
from app.web.snapshot.making import Making

TILES = (128, 96, 64, 48, 32, 24)  # greatest sides of the maps: the first of which all steps fit


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the training: its addresses, and its filters and maps."""

    urls: Urls
    view: LearningView


def training_steps(making: Making, urls: Urls) -> tuple[tuple[Step, ...], int]:
    """Return the steps of the training whose weights the state of `urls` has, and the bytes of their maps."""
    lab = making.lab
    steps = learning_view(lab.passes, urls.state).training.steps
    at = [urls.changed.at_step(one.step, steps[-1].step) for one in steps]
    for tile in TILES:
        nbytes = _bytes(making, at, tile)
        if nbytes <= making.room:
            break
    return tuple(Step(urls=one, view=_view(making, one, tile)) for one in at), nbytes


def _bytes(making: Making, at: Iterable[Urls], tile: int) -> int:
    """Return the bytes of the maps of these steps; what is beyond the room is not drawn."""
    nbytes = 0
    for one in at:
        nbytes += len(making.lab.sheets.png(one.state, 1, tile))
        if nbytes > making.room:
            break
    return nbytes


def _view(making: Making, urls: Urls, tile: int) -> LearningView:
    passes, state = making.lab.passes, urls.state
    maps = grid_view(passes.layer_run(state, 1), 1, state.display, tile)
    return replace(learning_view(passes, state), maps=maps)
