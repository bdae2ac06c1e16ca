"""The 32 filters of layer 2, each put together from maps of layer 1 that are named there.

Every filter has what it asks for (positive weights), what speaks against it (negative weights:
other directions, texture), and weak voices of the maps that tend to go along, such as colour edges
in the same place. A bias below zero makes an AND: one of the parts alone hardly gets over it. One
above zero makes a filter that answers where the parts are missing. A third of the weight is the
faint part of `agreement`, so that all 64 maps take part.
"""

from collections.abc import Iterator

from app.engine.weights.handmade import grounds, shapes
from app.engine.weights.handmade.faint_kernels import with_every_map
from app.engine.weights.handmade.kernels import EAST, NORTH, SOUTH, WEST, HandmadeFilter

CORNERS = ((NORTH, EAST), (SOUTH, EAST), (SOUTH, WEST), (NORTH, WEST))


def filters() -> list[HandmadeFilter]:
    """Return the 32 filters before gain balance; each weight is (64, 3, 3)."""
    return [with_every_map(made) for made in named()]


def named() -> Iterator[HandmadeFilter]:
    """Yield the 32 filters with only those maps that their constructions name."""
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
