"""The 32 filters of layer 2, each constructed from named maps of layer 1.

Every filter has positive weights on the maps that it looks for, negative weights on those that contradict it
(other directions, texture), and small weights on maps that usually respond in the same places, such as colour
edges. A negative bias acts as an AND: one part alone hardly exceeds it. A positive bias makes a filter that
responds where its parts are missing. A third of the weight is the faint part of `faint_kernels`, so that all
64 maps contribute.
"""

from collections.abc import Iterator

from app.engine.weights.handmade import grounds, shapes
from app.engine.weights.handmade.faint_kernels import with_every_map
from app.engine.weights.handmade.kernels import EAST, NORTH, SOUTH, WEST, HandmadeFilter

CORNERS = ((NORTH, EAST), (SOUTH, EAST), (SOUTH, WEST), (NORTH, WEST))


def filters() -> list[HandmadeFilter]:
    """Return the 32 filters before their gains are applied; each weight is (64, 3, 3)."""
    return [with_every_map(made) for made in named()]


def named() -> Iterator[HandmadeFilter]:
    """Yield the 32 filters without their faint parts, with weights only on the maps that they name."""
    for first, second in CORNERS:
        yield shapes.corner(first, second, bright=True)
    for first, second in CORNERS:
        yield shapes.corner(first, second, bright=False)
    yield from map(shapes.contour, range(4))
    yield from map(shapes.long_line, range(4))
    yield from map(shapes.line_end, (NORTH, EAST, SOUTH, WEST))
    yield from grounds.colour_with_brightness()
    yield from grounds.textures()
    yield from grounds.tinted_areas()
