"""The views of the lab that stand in lessons, by the kind of scene."""

from collections.abc import Callable
from typing import Any

from app.drawing.sheets import sheet_layout
from app.lab.compute.passes import Passes
from app.lab.fold.build import fold_view
from app.lab.fold.pictures import tiles_layout
from app.lab.kinds.costs import costs_view
from app.lab.kinds.factor_maps import intermediate_view
from app.lab.maps.build import grid_view
from app.lab.one_layer.build import one_layer_view
from app.lab.pieces.kernels import CHANNEL_NAMES, filter_kernels
from app.lab.pieces.tiles import box_view, sheet_view
from app.lab.pixel.build import pixel_view
from app.lab.stage.learning import learning_view
from app.lab.stage.lessons.both_sizes import counts_view, sizes_view
from app.lab.stage.lessons.deep_scenes import face_view, vgg_sizes_view, vgg_view
from app.lab.stage.lessons.last_row import added_row_view, row_view
from app.lab.stage.lessons.lesson import Scene, SceneKind
from app.lab.stage.lessons.spots import sight_view, spot_view
from app.lab.stage.lessons.views import (
    FilterSceneView,
    FiltersSceneView,
    PartsView,
    PictureSceneView,
)
from app.lab.stage.wall_page import wall_view
from app.lab.state.state import State


def _picture(passes: Passes, state: State, scene: Scene) -> PictureSceneView:
    passes.ready(state)  # or UnknownImage
    return PictureSceneView(size=state.stack.size, channels=CHANNEL_NAMES[state.stack.channels])


def _maps(passes: Passes, state: State, scene: Scene) -> Any:
    return grid_view(passes.layer_run(state, scene.layer), scene.layer, state.display)


def _parts(passes: Passes, state: State, scene: Scene) -> PartsView:
    one = passes.fold(state, scene.layer, scene.channel)
    layout = tiles_layout(one)
    return PartsView(
        sheet=sheet_view(layout),
        boxes=tuple(box_view(layout, channel) for channel in one.read()),
    )


def _fold(passes: Passes, state: State, scene: Scene) -> Any:
    return fold_view(passes, state, scene.layer, scene.channel)


def _wall(passes: Passes, state: State, scene: Scene) -> Any:
    return wall_view(passes, state, scene.layer, column=None, row=None)


def _pixel(passes: Passes, state: State, scene: Scene) -> Any:
    return pixel_view(passes, state, (scene.layer, scene.channel, scene.row, scene.col))


def _one_layer(passes: Passes, state: State, scene: Scene) -> Any:
    return one_layer_view(passes, state)


def _training(passes: Passes, state: State, scene: Scene) -> Any:
    return learning_view(passes, state)


def _filter(passes: Passes, state: State, scene: Scene) -> FilterSceneView:
    passes.ready(state)  # or UnknownImage
    kernels = filter_kernels(passes.banks.pair(state.stack)[scene.layer - 1], scene.channel)
    layout, weights = sheet_layout(*kernels.shape), state.stack.weights(scene.layer)
    return FilterSceneView(
        formula=weights.formula,
        weights=weights.value,
        sheet=sheet_view(layout),
        boxes=tuple(box_view(layout, channel) for channel in range(len(kernels))),
    )


def _between(passes: Passes, state: State, scene: Scene) -> Any:
    return intermediate_view(passes, state, scene.layer)


def _filters(passes: Passes, state: State, scene: Scene) -> FiltersSceneView:
    learning = learning_view(passes, state)  # without its curves, which tell how the training goes
    return FiltersSceneView(filters=learning.filters, sheet=learning.sheet, limit=learning.limit)


def _costs(passes: Passes, state: State, scene: Scene) -> Any:
    return costs_view(state, scene.layer, passes.limits)


SCENES: dict[SceneKind, Callable[[Passes, State, Scene], Any]] = {
    "row": row_view,
    "added_row": added_row_view,
    "both_sizes": sizes_view,
    "counts": counts_view,
    "picture": _picture,
    "maps": _maps,
    "parts": _parts,
    "fold": _fold,
    "wall": _wall,
    "pixel": _pixel,
    "spot": spot_view,
    "sight": sight_view,
    "one_layer": _one_layer,
    "filters": _filters,
    "training": _training,
    "sizes": vgg_sizes_view,
    "faces": face_view,
    "ladder": vgg_view,
    "filter": _filter,
    "costs": _costs,
    "between": _between,
}
