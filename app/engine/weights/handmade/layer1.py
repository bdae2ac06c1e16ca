"""The 64 filters of layer 1, in eight families of eight, which are the rows of the grid on the page.

A direction in a name is that of the named side: "Edge, bright to the north" is positive where the picture is
brighter above than below. Colour filters oppose red to green, or blue to yellow (the mean of red and green).
Their weights sum to zero over the channels, so a grey picture gives zero.
"""

from collections.abc import Iterator

import numpy as np

from app.engine.weights.directions import DIRECTIONS, ORIENTATIONS
from app.engine.weights.handmade.kernels import (
    BLUR,
    CENTRE,
    CROSS,
    PLUS,
    SLANTS,
    SPOT,
    Array,
    HandmadeFilter,
    at,
    edge,
    line,
)
from app.messages import Message, sentence

# The first filter of each family. Families with directions go clockwise from north.
EDGES, LINES, RELIEFS, CROSSINGS, SPOTS, RED_GREEN, BLUE_YELLOW, AREAS = range(0, 64, 8)

# Single filters inside LINES (four orientations each), CROSSINGS, SPOTS and AREAS.
BRIGHT_LINES, DARK_LINES = LINES, LINES + 4
BRIGHT_SPOT, DARK_SPOT = SPOTS, SPOTS + 1
LIGHT, DARK, RED, NO_RED, GREEN, NO_GREEN, BLUE, NO_BLUE = range(AREAS, AREAS + 8)

BRIGHTNESS = np.array([1, 1, 1]) / 3
RED_AGAINST_GREEN = np.array([1, -1, 0])
BLUE_AGAINST_YELLOW = np.array([-0.5, -0.5, 1])

COLOUR_AREAS = (
    ("red", sentence("Area with red"), sentence("Area without red")),
    ("green", sentence("Area with green"), sentence("Area without green")),
    ("blue", sentence("Area with blue"), sentence("Area without blue")),
)

RELIEF_GROUND = 1.25  # weight of the picture itself, added to the edge of a relief
AREA_BIAS = 0.15  # in units of the picture's range: mid-grey counts a little as light and as dark


def filters() -> list[HandmadeFilter]:
    """Return the 64 filters before their gains are applied; each weight is (3, 3, 3)."""
    return [
        *_edges(),
        *_lines(),
        *_reliefs(),
        *_crossings(),
        *_spots(),
        *_colour_edges(sentence("Edge, red to the {direction}"), "red", RED_AGAINST_GREEN),
        *_colour_edges(sentence("Edge, blue to the {direction}"), "blue", BLUE_AGAINST_YELLOW),
        *_areas(),
    ]


def _edges() -> Iterator[HandmadeFilter]:
    for direction, word in enumerate(DIRECTIONS):
        name = sentence("Edge, bright to the {direction}", direction=word)
        yield HandmadeFilter(name, "edges", _in(BRIGHTNESS, edge(direction)))


def _lines() -> Iterator[HandmadeFilter]:
    bright, dark = sentence("Bright line, {orientation}"), sentence("Dark line, {orientation}")
    for sign, name in ((1, bright), (-1, dark)):
        for orientation, word in enumerate(ORIENTATIONS):
            weight = _in(BRIGHTNESS, sign * line(orientation))
            yield HandmadeFilter(
                name.having(orientation=word), f"{SLANTS[orientation % 2]} lines", weight
            )


def _reliefs() -> Iterator[HandmadeFilter]:
    for direction, word in enumerate(DIRECTIONS):
        weight = _in(BRIGHTNESS, edge(direction) + RELIEF_GROUND * CENTRE)
        name = sentence("Relief, bright to the {direction}", direction=word)
        yield HandmadeFilter(name, "reliefs", weight)


def _crossings() -> Iterator[HandmadeFilter]:
    yield HandmadeFilter(sentence("Bright plus"), "plus", _in(BRIGHTNESS, PLUS))
    yield HandmadeFilter(sentence("Dark plus"), "plus", _in(BRIGHTNESS, -PLUS))
    yield HandmadeFilter(sentence("Bright cross"), "cross", _in(BRIGHTNESS, CROSS))
    yield HandmadeFilter(sentence("Dark cross"), "cross", _in(BRIGHTNESS, -CROSS))
    upright, slanting = at(0, 4) - at(2, 6), at(1, 5) - at(3, 7)
    yield HandmadeFilter(
        sentence("Saddle, bright north and south"), f"{SLANTS[0]} saddles", _in(BRIGHTNESS, upright)
    )
    yield HandmadeFilter(
        sentence("Saddle, bright east and west"), f"{SLANTS[0]} saddles", _in(BRIGHTNESS, -upright)
    )
    yield HandmadeFilter(
        sentence("Saddle, bright on the rise"), f"{SLANTS[1]} saddles", _in(BRIGHTNESS, slanting)
    )
    yield HandmadeFilter(
        sentence("Saddle, bright on the fall"), f"{SLANTS[1]} saddles", _in(BRIGHTNESS, -slanting)
    )


def _spots() -> Iterator[HandmadeFilter]:
    yield HandmadeFilter(sentence("Bright spot"), "spots", _in(BRIGHTNESS, SPOT))
    yield HandmadeFilter(sentence("Dark spot"), "spots", _in(BRIGHTNESS, -SPOT))
    yield HandmadeFilter(
        sentence("Red spot on green"), "red-green spots", _in(RED_AGAINST_GREEN, SPOT)
    )
    yield HandmadeFilter(
        sentence("Green spot on red"), "red-green spots", _in(RED_AGAINST_GREEN, -SPOT)
    )
    yield HandmadeFilter(
        sentence("Blue spot on yellow"), "blue-yellow spots", _in(BLUE_AGAINST_YELLOW, SPOT)
    )
    yield HandmadeFilter(
        sentence("Yellow spot on blue"), "blue-yellow spots", _in(BLUE_AGAINST_YELLOW, -SPOT)
    )
    yield HandmadeFilter(sentence("Light, sharpened"), "sharpened", _in(BRIGHTNESS, CENTRE + SPOT))
    yield HandmadeFilter(sentence("Dark, sharpened"), "sharpened", _in(BRIGHTNESS, -CENTRE - SPOT))


def _colour_edges(name: Message, colour: str, against: Array) -> Iterator[HandmadeFilter]:
    for direction, word in enumerate(DIRECTIONS):
        weight = _in(against, edge(direction))
        yield HandmadeFilter(name.having(direction=word), f"{colour} edges", weight)


def _areas() -> Iterator[HandmadeFilter]:
    yield HandmadeFilter(sentence("Light area"), "areas", _in(BRIGHTNESS, BLUR), AREA_BIAS)
    yield HandmadeFilter(sentence("Dark area"), "areas", _in(BRIGHTNESS, -BLUR), AREA_BIAS)
    for only, (colour, with_it, without_it) in zip(np.eye(3), COLOUR_AREAS, strict=True):
        yield HandmadeFilter(with_it, f"{colour} areas", _in(only, BLUR), AREA_BIAS)
        yield HandmadeFilter(without_it, f"{colour} areas", _in(only, -BLUR), AREA_BIAS)


def _in(channels: Array, kernel: Array) -> Array:
    return channels[:, None, None] * kernel  # (3, 3, 3)
