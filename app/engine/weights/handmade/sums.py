"""How a filter of layer 2 is summed up from kernels on the maps of layer 1."""

import numpy as np

from app.engine.weights.handmade.kernels import (
    BLUR,
    CENTRE,
    EAST,
    NORTH,
    RING,
    SOUTH,
    WEST,
    Array,
    HandmadeFilter,
    at,
    ends_of,
    through,
)
from app.engine.weights.handmade.layer1 import (
    AREAS,
    BLUE_YELLOW,
    BRIGHT_LINES,
    CROSSINGS,
    DARK_LINES,
    RED_GREEN,
    SPOTS,
)
from app.messages import Message

ALONG = tuple(through(ends_of(orientation)[0]) for orientation in range(4))


class FilterSum:
    """The weight of one filter under construction: (64, 3, 3)."""

    def __init__(self) -> None:
        self.weight = np.zeros((AREAS + 8, 3, 3))

    def add(self, family: int, place: int, kernel: Array) -> None:
        """Add `kernel`, (3, 3), on one map of layer 1. In a family of eight directions, place 8 is place 0."""
        self.weight[family + place % 8] += kernel

    def build(
        self, name: Message, family: str, *, against: float, bias: float = 0.0
    ) -> HandmadeFilter:
        """Return the filter, scaled so that its positive weights sum to 1 and its negative ones to -`against`.

        So the filter compares two weighted means of the maps, and `bias` has the unit of the maps.
        """
        wanted, unwanted = np.maximum(self.weight, 0), np.maximum(-self.weight, 0)
        weight = wanted / (wanted.sum() or 1) - against * unwanted / (unwanted.sum() or 1)
        return HandmadeFilter(name, family, weight, bias)


def add_either_colour(filter_sum: FilterSum, direction: int, kernel: Array) -> None:
    """Add `kernel`, (3, 3), on the colour edges along brightness edges of `direction`, with either sign."""
    for family in (RED_GREEN, BLUE_YELLOW):
        for turn in (0, 4):
            filter_sum.add(family, direction + turn, kernel)


def sum_edges(strengths: dict[int, float]) -> FilterSum:
    """Sum edges of all directions, each along its own line, so that outlines add up and dots do not."""
    filter_sum = FilterSum()
    for family, strength in strengths.items():
        for direction in range(8):  # a little wider on the bright (red, blue) side
            filter_sum.add(
                family, direction, strength * (through(direction + 2) + at(direction)) / 5
            )
    return filter_sum


def add_families(filter_sum: FilterSum, strengths: dict[int, float]) -> None:
    """Add whole families of brightness maps, each on the cells where its pattern is bright."""
    for family, strength in strengths.items():
        for place, kernel in enumerate(_PATTERNS[family]):
            filter_sum.add(family, place, strength * kernel / kernel.sum())


_PATTERNS = {
    BRIGHT_LINES: ALONG,
    DARK_LINES: tuple(
        4 * BLUR - along / 4 for along in ALONG
    ),  # dark there: bright on both sides of it
    CROSSINGS: (
        at(0, 2, 4, 6, centre=1),
        at(1, 3, 5, 7),
        at(1, 3, 5, 7, centre=1),
        at(0, 2, 4, 6),
        at(NORTH, SOUTH),
        at(EAST, WEST),
        at(1, 5),
        at(3, 7),
    ),
    SPOTS: (CENTRE, RING),
}
