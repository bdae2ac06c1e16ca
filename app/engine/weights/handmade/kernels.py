"""The 3x3 patterns that the handmade filters consist of, for each direction of the compass.

Rows run from north to south and columns from west to east, as on a map. The eight directions are numbered
clockwise from north (0): `direction + 2` is a quarter turn, `direction + 4` the opposite.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.messages import Message

Array = NDArray[np.float64]

NORTH, EAST, SOUTH, WEST = 0, 2, 4, 6
# By the parity of an orientation: along rows and columns, or diagonal.
SLANTS = ("upright", "slanting")

_RING = ((0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))  # (row, col), from north


class HandmadeFilter(NamedTuple):
    """One filter: `weight` is (C, 3, 3). All filters of a family share one gain."""

    name: Message
    family: str
    weight: Array
    bias: float = 0.0


def at(*directions: int, centre: float = 0.0) -> Array:
    """Return a kernel, (3, 3), of ones at `directions` and `centre` in the middle."""
    kernel = np.zeros((3, 3))
    kernel[1, 1] = centre
    for direction in directions:
        kernel[_RING[direction % 8]] = 1.0
    return kernel


def edge(direction: int) -> Array:
    """Return Sobel's operator, turned, (3, 3): positive at the side of `direction`, negative opposite."""
    return _turned((2, 1, 0, -1, -2, -1, 0, 1), direction)


def line(orientation: int) -> Array:
    """Return a bright line of `orientation` between darker sides, (3, 3): three weights of 2, six of -1."""
    return 3 * at(*ends_of(orientation), centre=1) - np.ones((3, 3))


def through(direction: int) -> Array:
    """Return 1, 2, 1 on the line through the centre towards `direction`, 0 elsewhere, (3, 3)."""
    return at(direction, direction + 4, centre=2)


def side(direction: int) -> Array:
    """Return ones on the three cells at the side of `direction`, (3, 3)."""
    return at(direction - 1, direction, direction + 1)


def ends_of(orientation: int) -> tuple[int, int]:
    """Return the two directions in which a line of `orientation` leaves the centre."""
    return (EAST - orientation) % 8, (WEST - orientation) % 8


CENTRE = at(centre=1)
RING = at(*range(8))
AROUND = RING / 8  # the mean of the eight neighbours
BLUR = (RING + at(NORTH, EAST, SOUTH, WEST) + 4 * CENTRE) / 16  # the binomial 1 2 1 along both axes
SPOT = CENTRE - AROUND
PLUS = (at(NORTH, EAST, SOUTH, WEST, centre=1)) / 5 - at(1, 3, 5, 7) / 4
CROSS = (at(1, 3, 5, 7, centre=1)) / 5 - at(NORTH, EAST, SOUTH, WEST) / 4


def _turned(ring: tuple[float, ...], direction: int) -> Array:
    kernel = np.zeros((3, 3))
    for place, value in enumerate(ring):
        kernel[_RING[(place + direction) % 8]] = value
    return kernel
