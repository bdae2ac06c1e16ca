"""The filters of layer 2 that respond to a form: corners, contours, long lines and ends of lines."""

from app.engine.weights.directions import DIRECTIONS, ORIENTATIONS
from app.engine.weights.handmade.kernels import (
    AROUND,
    BLUR,
    CENTRE,
    EAST,
    SLANTS,
    HandmadeFilter,
    at,
    side,
    through,
)
from app.engine.weights.handmade.layer1 import (
    BLUE_YELLOW,
    BRIGHT_LINES,
    BRIGHT_SPOT,
    CROSSINGS,
    DARK,
    DARK_LINES,
    DARK_SPOT,
    EDGES,
    LIGHT,
    LINES,
    RED_GREEN,
    RELIEFS,
    SPOTS,
)
from app.engine.weights.handmade.sums import ALONG, FilterSum, add_either_colour, add_families
from app.messages import sentence

BRIGHT_CORNER = sentence("Bright corner: edges {first} and {second}")
DARK_CORNER = sentence("Dark corner: edges {first} and {second}")


def corner(first: int, second: int, *, bright: bool) -> HandmadeFilter:
    """Return a filter for two edges that leave the centre and enclose the quarter between two directions."""
    turn = 0 if bright else 4
    between = (first + second + (8 if abs(first - second) == 6 else 0)) // 2  # the diagonal
    one, other, slant = first + turn, second + turn, between + turn
    filter_sum = FilterSum()
    for arm, wanted, elsewhere in ((second, one, first), (first, other, second)):
        runs = at(arm, centre=1) - at(arm + 4) - at(elsewhere)  # along its arm, outwards
        filter_sum.add(EDGES, wanted, runs)
        filter_sum.add(EDGES, wanted + 4, -BLUR)
        add_either_colour(filter_sum, wanted, 0.15 * at(arm, centre=1))
    filter_sum.add(EDGES, slant, -0.5 * at(between + 4) - 0.5 * at(between + 2, between - 2))
    filter_sum.add(EDGES, slant + 4, -BLUR)
    for across in (slant + 2, slant - 2):  # so that a straight edge, which gives all three, cancels
        filter_sum.add(EDGES, across, -0.75 * CENTRE - 0.5 * AROUND)
    for orientation in range(4):
        filter_sum.add(LINES, orientation, -0.3 * ALONG[orientation] / 4)
        filter_sum.add(LINES, orientation + 4, -0.3 * ALONG[orientation] / 4)
    inside, outside = (LIGHT, DARK) if bright else (DARK, LIGHT)
    filter_sum.add(inside, 0, 0.1 * at(between))
    filter_sum.add(outside, 0, 0.1 * at(between + 4))
    name = BRIGHT_CORNER if bright else DARK_CORNER
    name = name.having(first=DIRECTIONS[one % 8], second=DIRECTIONS[other % 8])
    return filter_sum.build(name, "corners", against=1.0, bias=-0.05)


def contour(orientation: int) -> HandmadeFilter:
    """Return a filter for an edge of one orientation, three pixels long, with either side bright."""
    across = -orientation % 8  # the direction perpendicular to the line
    filter_sum = FilterSum()
    for turn in (0, 4):
        along = through(across + 2) + 0.5 * at(across + turn)  # a little wider on its bright side
        filter_sum.add(EDGES, across + turn, along)
        filter_sum.add(RELIEFS, across + turn, 0.1 * along)
        filter_sum.add(RED_GREEN, across + turn, 0.4 * along)
        filter_sum.add(BLUE_YELLOW, across + turn, 0.4 * along)
        for slant in (1, -1):
            filter_sum.add(EDGES, across + turn + slant, -0.5 * BLUR)
        filter_sum.add(
            EDGES, across + turn + 2, -2 * BLUR - side(across) / 6 - side(across + 4) / 6
        )
        filter_sum.add(RED_GREEN, across + turn + 2, -BLUR)
        filter_sum.add(BLUE_YELLOW, across + turn + 2, -BLUR)
    for other in range(4):
        for tone in (BRIGHT_LINES, DARK_LINES):
            sign = 0.3 if other == orientation else -0.2
            filter_sum.add(tone, other, sign * ALONG[other])
    add_families(filter_sum, {CROSSINGS: -0.5, SPOTS: -0.5})
    name = sentence("Contour, {orientation}", orientation=ORIENTATIONS[orientation])
    return filter_sum.build(name, f"{SLANTS[orientation % 2]} contours", against=0.9, bias=-0.02)


def long_line(orientation: int) -> HandmadeFilter:
    """Return a filter for a long bright line, with an edge on each side that is bright towards the line."""
    across = -orientation % 8
    filter_sum = FilterSum()
    for other in range(4):
        along = ALONG[other]
        filter_sum.add(BRIGHT_LINES, other, along if other == orientation else -along / 3)
        filter_sum.add(DARK_LINES, other, -along if other == orientation else -AROUND)
    for flank in (across, across + 4):
        filter_sum.add(EDGES, flank + 4, 0.5 * side(flank) - 0.5 * side(flank + 4))
        filter_sum.add(EDGES, flank + 2, -BLUR)
        filter_sum.add(EDGES, flank + 1, -0.5 * BLUR)
        filter_sum.add(EDGES, flank + 3, -0.5 * BLUR)
        filter_sum.add(RELIEFS, flank + 4, 0.15 * side(flank))
        add_either_colour(filter_sum, flank, 0.1 * side(flank))
    add_families(filter_sum, {CROSSINGS: -0.5})
    filter_sum.add(BRIGHT_SPOT, 0, -CENTRE)
    filter_sum.add(DARK_SPOT, 0, -BLUR)
    name = sentence("Long bright line, {orientation}", orientation=ORIENTATIONS[orientation])
    return filter_sum.build(name, f"{SLANTS[orientation % 2]} long lines", against=0.9, bias=-0.05)


def line_end(direction: int) -> HandmadeFilter:
    """Return a filter for a bright line that comes from the opposite side and ends here at an edge."""
    orientation = (EAST - direction) % 4
    filter_sum = FilterSum()
    filter_sum.add(BRIGHT_LINES, orientation, at(direction + 4, centre=1) - 4 * at(direction))
    filter_sum.add(DARK_LINES, orientation, -BLUR)
    filter_sum.add(EDGES, direction + 4, at(direction, centre=0.5) - 0.5 * side(direction + 4))
    filter_sum.add(EDGES, direction, -BLUR)
    for turn in (2, -2):  # the edges on both sides of the line end with it
        filter_sum.add(
            EDGES, direction + turn, 0.5 * at(direction + 4 + turn // 2) - side(direction) / 3
        )
        filter_sum.add(EDGES, direction + turn // 2, -0.25 * side(direction))
        filter_sum.add(EDGES, direction + 3 * turn // 2, 0.3 * at(direction - turn // 2))
        add_either_colour(filter_sum, direction + turn, 0.1 * at(direction + 4 + turn // 2))
    add_either_colour(filter_sum, direction, 0.1 * at(direction))
    for turn in (1, 2, 3):
        along = ALONG[(orientation + turn) % 4]
        filter_sum.add(BRIGHT_LINES, (orientation + turn) % 4, -along / 4)
        filter_sum.add(DARK_LINES, (orientation + turn) % 4, 0.1 * at(direction))
    add_families(filter_sum, {CROSSINGS: -0.25})
    filter_sum.add(BRIGHT_SPOT, 0, 0.5 * CENTRE - 0.5 * at(direction))
    filter_sum.add(DARK_SPOT, 0, 0.5 * at(direction) - CENTRE)
    name = sentence("Bright line ends in the {direction}", direction=DIRECTIONS[direction])
    return filter_sum.build(name, "line ends", against=0.9, bias=-0.05)
