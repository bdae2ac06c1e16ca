"""The middle of the picture, enlarged so that its pixels can be counted, and what one value sees of them."""

from dataclasses import asdict

from app.engine.explain.receptive_field import receptive_field
from app.engine.spec.stack import StackSpec
from app.lab.compute.passes import Passes
from app.lab.pieces.views import RectangleView
from app.lab.pixel.build import pixel_view
from app.lab.stage.lessons.lesson import Scene
from app.lab.stage.lessons.views import SeenView, SpotView
from app.lab.state.state import State

REACH = 6  # pixels shown on each side of the marked one


def middle(stack: StackSpec) -> tuple[int, int]:
    """Return the row and the column of the value in the middle of the maps of layer 2."""
    _, height, width = stack.output_shape(2)
    return height // 2, width // 2


def spot_view(passes: Passes, state: State, scene: Scene) -> SpotView:
    """Describe the pixel in the middle of the picture and its neighbours; nothing of what sees it."""
    passes.ready(state)  # or UnknownImage
    row, col = middle(state.stack)
    side = 2 * REACH + 1
    return SpotView(
        size=state.stack.size,
        row=row,
        col=col,
        around=RectangleView(top=row - REACH, left=col - REACH, height=side, width=side),
        seen=None,
    )


def sight_view(passes: Passes, state: State, scene: Scene) -> SpotView:
    """Describe the same with what the value of layer 2 at this place sees."""
    spot = spot_view(passes, state, scene)
    pixel = pixel_view(passes, state, (2, 0, spot.row, spot.col))
    reads = pixel.window
    corner = receptive_field(state.stack, 1, reads.top, reads.left)
    return SpotView(
        size=spot.size,
        row=spot.row,
        col=spot.col,
        around=spot.around,
        seen=SeenView(
            field=pixel.receptive_field,
            reads=reads,
            corner=RectangleView(**asdict(corner)),
        ),
    )
