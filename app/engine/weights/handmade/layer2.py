"""The 32 filters of layer 2, each built from named maps of layer 1.

Every filter has excitatory parts (positive weights), inhibitory parts (negative weights, such as other
directions or texture), and weak weights on maps that tend to be active together with its parts, such as colour
edges at the same position. A negative bias makes an AND: a single part hardly exceeds it. A positive bias makes
a filter that responds where the parts are missing. A third of the weight is the faint part from `faint_kernels`,
so that all 64 maps take part.
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
    """Yield the 32 filters with only the maps that their constructions name."""
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
