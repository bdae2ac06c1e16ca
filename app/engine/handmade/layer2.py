"""The 32 filters of layer 2, each put together from maps of layer 1 that are named there.

Every filter has what it asks for (positive weights), what speaks against it (negative weights:
other directions, texture), and weak voices of the maps that tend to go along, such as colour edges
in the same place. A bias below zero makes an AND: one of the parts alone hardly gets over it. One
above zero makes a filter that answers where the parts are missing.
"""

from app.engine.handmade import grounds, shapes
from app.engine.handmade.kernels import EAST, NORTH, SOUTH, WEST, Made

CORNERS = ((NORTH, EAST), (SOUTH, EAST), (SOUTH, WEST), (NORTH, WEST))


def filters() -> list[Made]:
    """Return the 32 filters before gain balance; each weight is (64, 3, 3)."""
    return [
        *(shapes.corner(first, second, bright=True) for first, second in CORNERS),
        *(shapes.corner(first, second, bright=False) for first, second in CORNERS),
        *(shapes.contour(orientation) for orientation in range(4)),
        *(shapes.long_line(orientation) for orientation in range(4)),
        *(shapes.line_end(direction) for direction in (NORTH, EAST, SOUTH, WEST)),
        *grounds.colour_with_brightness(),
        *grounds.textures(),
        *grounds.tinted_areas(),
    ]
