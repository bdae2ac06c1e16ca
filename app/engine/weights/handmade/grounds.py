"""The filters of layer 2 that respond to a kind of area: colour with brightness, texture, tints."""

from collections.abc import Iterator

from app.engine.weights.handmade.kernels import (
    AROUND,
    BLUR,
    CENTRE,
    SPOT,
    HandmadeFilter,
    at,
    side,
    through,
)
from app.engine.weights.handmade.layer1 import (
    BLUE,
    BLUE_YELLOW,
    BRIGHT_LINES,
    CROSSINGS,
    DARK,
    DARK_LINES,
    EDGES,
    GREEN,
    LIGHT,
    NO_BLUE,
    NO_GREEN,
    NO_RED,
    RED,
    RED_GREEN,
    SPOTS,
)
from app.engine.weights.handmade.sums import ALONG, FilterSum, add_families, sum_edges
from app.messages import sentence


def colour_with_brightness() -> Iterator[HandmadeFilter]:
    """Yield filters for colour and brightness edges in the same place: both, or one without the other."""
    red_green = sentence("Edge in red-green and brightness")
    blue_yellow = sentence("Edge in blue-yellow and brightness")
    for colours, others, family, name in (
        (RED_GREEN, BLUE_YELLOW, "red-green outlines", red_green),
        (BLUE_YELLOW, RED_GREEN, "blue-yellow outlines", blue_yellow),
    ):
        both = sum_edges({colours: 1.0, EDGES: 0.3, others: -0.5})
        add_families(both, {BRIGHT_LINES: -0.1, DARK_LINES: -0.1, CROSSINGS: -0.1})
        yield both.build(name, family, against=0.6, bias=-0.05)
    plain = sum_edges({EDGES: 1.0, RED_GREEN: -1.0, BLUE_YELLOW: -1.0})
    add_families(plain, {BRIGHT_LINES: 0.1, DARK_LINES: 0.1})
    yield plain.build(sentence("Edge in brightness, not in colour"), "plain outlines", against=1.0)
    tint = sum_edges({EDGES: -0.6, RED_GREEN: 1.0, BLUE_YELLOW: 1.0})
    add_families(tint, {BRIGHT_LINES: -0.2, DARK_LINES: -0.2})
    yield tint.build(sentence("Edge in colour, not in brightness"), "tint outlines", against=0.8)


def textures() -> Iterator[HandmadeFilter]:
    """Yield filters for many edges, few edges, edges here but not around, and two orientations out of four."""
    busy = sum_edges({EDGES: 1.0, RED_GREEN: 0.5, BLUE_YELLOW: 0.5})
    add_families(busy, {BRIGHT_LINES: 1.0, DARK_LINES: 1.0, CROSSINGS: 0.7})
    yield busy.build(
        sentence("Busy: edges and lines of all directions"), "busy", against=0.0, bias=-0.15
    )
    calm = sum_edges({EDGES: -0.5, RED_GREEN: -0.2, BLUE_YELLOW: -0.2})
    add_families(calm, {BRIGHT_LINES: -0.5, DARK_LINES: -0.5, CROSSINGS: -0.25})
    yield calm.build(
        sentence("Calm: hardly an edge or a line near"), "calm", against=1.0, bias=0.35
    )
    peak = FilterSum()
    for first in (EDGES, RED_GREEN, BLUE_YELLOW):
        for direction in range(
            8
        ):  # the surround lies across the edge and is wider on its dark side
            around = at(direction) + side(direction + 4) / 3
            peak.add(first, direction, 2 * CENTRE - around)
    for orientation, along in enumerate(ALONG):
        for tone in (BRIGHT_LINES, DARK_LINES):
            peak.add(tone, orientation, 0.5 * (3 * CENTRE - along))
    add_families(peak, {SPOTS: -0.5})
    yield peak.build(sentence("Edges here, few around"), "peaks", against=1.0)
    grid = FilterSum()
    for orientation, turn in ((0, 1.0), (2, 1.0), (1, -0.75), (3, -0.75)):
        for tone in (BRIGHT_LINES, DARK_LINES):
            grid.add(tone, orientation, turn * ALONG[orientation])
    for direction in range(8):
        sign = -0.75 if direction % 2 else 0.5
        grid.add(EDGES, direction, sign * (through(direction + 2) + at(direction)) / 2)
        grid.add(RED_GREEN, direction, 0.3 * sign * through(direction + 2))
        grid.add(BLUE_YELLOW, direction, 0.3 * sign * through(direction + 2))
    yield grid.build(sentence("Upright and level, not slanting"), "grids", against=1.0)


def tinted_areas() -> Iterator[HandmadeFilter]:
    """Yield filters for light or dark areas of one tint: differences of the blurred channels."""
    tints = (
        (sentence("Light and warm, without edges"), LIGHT, DARK, 1),
        (sentence("Light and cool, without edges"), LIGHT, DARK, -1),
        (sentence("Dark and warm, without edges"), DARK, LIGHT, 1),
        (sentence("Dark and cool, without edges"), DARK, LIGHT, -1),
    )
    for name, tone, against, warmth in tints:
        filter_sum = sum_edges({EDGES: -0.25, RED_GREEN: -0.05, BLUE_YELLOW: -0.05})
        filter_sum.add(tone, 0, BLUR)
        filter_sum.add(against, 0, -AROUND)
        for area, sign in ((RED, 1), (NO_RED, -1), (BLUE, -1), (NO_BLUE, 1)):
            filter_sum.add(area, 0, warmth * sign * (BLUR if warmth * sign > 0 else AROUND))
        for area in (GREEN, NO_GREEN):
            filter_sum.add(area, 0, 0.25 * SPOT)
        yield filter_sum.build(name, str(name), against=1.0)
