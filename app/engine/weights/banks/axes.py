"""How the patterns of a bank are spread over the input channels of a filter: one weight for each channel.

The maps of layer 1 have no colours. They are dealt into parts in turn, like cards: of four parts, the second
has maps 1, 5, 9 and so on. So maps from the same column of a bank's rows are in the same part.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.weights.request import Array

FEWEST_PARTS = 4  # if there are that many maps
MOST_OPPOSED = 8


class Axis(NamedTuple):
    """The weight of each channel, (C // groups,), and their name as part of a filter's name."""

    name: str
    channels: Array

    def of(self, pattern: Array) -> Array:
        """Return the pattern on every channel, times the channel's weight.

        Shapes:
            pattern  (kh, kw)
            return   (C // groups, kh, kw)
        """
        return self.channels[:, None, None] * pattern


BRIGHTNESS = Axis("", np.array([1, 1, 1]) / 3)
OPPOSED_COLOURS = tuple(
    Axis(name, np.array(channels))
    for name, channels in (
        ("red − green", [1, -1, 0]),
        ("blue − yellow", [-0.5, -0.5, 1]),
        ("red − cyan", [1, -0.5, -0.5]),
        ("green − magenta", [-0.5, 1, -0.5]),
    )
)
SINGLE_COLOURS = tuple(
    Axis(name, channels) for name, channels in zip(("red", "green", "blue"), np.eye(3), strict=True)
)
COLOURS = (BRIGHTNESS, *OPPOSED_COLOURS[:2], *SINGLE_COLOURS, *OPPOSED_COLOURS[2:])


def parts(channels: int, rows: int) -> int:
    """Return the number of parts that the maps are dealt into for a bank with that many rows."""
    return min(channels, max(rows, FEWEST_PARTS))


def against_others(channels: int, count: int, first: int) -> list[Axis]:
    """Return an axis for each of `count` parts: its mean minus the mean of all other maps.

    Here and below, `first` is the number of the first channel, which the names need.
    """
    return [
        Axis(_named(part, first), _mean(part) - _mean(~part)) for part in _dealt(channels, count)
    ]


def means(channels: int, count: int, first: int) -> list[Axis]:
    """Return an axis for the mean of each of `count` parts."""
    return [Axis(_named(part, first), _mean(part)) for part in _dealt(channels, count)]


def opposed_colours() -> list[Axis]:
    """Return every pair of opposed colours, in both orders."""
    return [way for axis in OPPOSED_COLOURS for way in (axis, _reversed(axis))]


def opposed_parts(channels: int, first: int) -> list[Axis]:
    """Return an axis for each of up to eight parts: its mean minus that of the part half the count further on."""
    count = min(channels // 2 * 2, MOST_OPPOSED)
    dealt = _dealt(channels, count)
    return [
        Axis(
            f"{_named(part, first)} − {_named(other, first).split(' ', 1)[1]}",
            _mean(part) - _mean(other),
        )
        for part, other in zip(dealt, np.roll(dealt, -count // 2, axis=0), strict=True)
    ]


def _dealt(channels: int, count: int) -> list[NDArray[np.bool_]]:
    return [np.arange(channels) % count == part for part in range(count)]


def _mean(part: NDArray[np.bool_]) -> Array:
    return part / max(int(part.sum()), 1)


def _reversed(axis: Axis) -> Axis:
    one, other = axis.name.split(" − ")
    return Axis(f"{other} − {one}", -axis.channels)


def _named(part: NDArray[np.bool_], first: int) -> str:
    """Name the maps of a part; the empty string if it has all maps."""
    members = np.flatnonzero(part) + first
    if len(members) == len(part):
        return ""
    if len(members) == 1:
        return f"map {members[0]}"
    return f"maps {members[0]}, {members[1]}" + (", …" if len(members) > 2 else "")
