"""The scenes of deep nets: the sizes of VGG alone, its ladder, and a face that two layers find."""

from dataclasses import replace
from itertools import groupby

from app.engine.weights.banks.face import FACE_SETTINGS
from app.lab.compute.passes import Passes
from app.lab.deep_nets.build import DEFAULT_NET, ladder_view, named
from app.lab.deep_nets.views import LadderView
from app.lab.maps.build import grid_view
from app.lab.stage.faces import faces_view
from app.lab.stage.lessons.lesson import Scene
from app.lab.stage.lessons.views import FaceSceneView, SizesView
from app.lab.state.state import State

FACES = "face"  # the sample with drawn faces


def _value(name: str, text: str) -> object:
    if name.startswith("kernel"):
        return int(text), int(text)
    return int(text) if text.isdecimal() else text


FACE_VALUES = tuple((name, _value(name, text)) for name, text in FACE_SETTINGS.items())


def vgg_sizes_view(passes: Passes, state: State, scene: Scene) -> SizesView:
    """Describe VGG by the sides of its maps, one for each block; nothing of their number or of what they see."""
    passes.ready(state)  # or UnknownImage
    ladder = ladder_view(named(DEFAULT_NET))
    sides = (ladder.size, *(rung.shape[1] for rung in ladder.layers))
    return SizesView(sides=tuple(side for side, _ in groupby(sides)))


def vgg_view(passes: Passes, state: State, scene: Scene) -> LadderView:
    """Describe VGG layer by layer."""
    return ladder_view(named(DEFAULT_NET))


def face_view(passes: Passes, state: State, scene: Scene) -> FaceSceneView:
    """Describe how the two layers that look for faces find one in the sample that has some."""
    state = replace(state, image_id=FACES)
    run = passes.run(state)
    found = faces_view(run)
    assert found is not None  # the lesson fixes the filters that look for faces
    return FaceSceneView(
        size=state.stack.size,
        faces=found,
        pool_size=state.stack.layers[0].pool_size,
        parts=grid_view(run, 1, state.display),
        found=grid_view(run, 2, state.display),
    )
