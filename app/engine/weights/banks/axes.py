"""How the patterns of a bank are spread over the input channels of a filter: one weight for each channel.

The maps of layer 1 have no colours. They are dealt into parts in turn, like cards: of four parts, the second
has maps 1, 5, 9 and so on. So maps from the same column of a bank's rows are in the same part.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.weights.request import Array
from app.messages import Message, counted, sentence

FEWEST_PARTS = 4  # if there are that many maps
MOST_OPPOSED = 8


class Axis(NamedTuple):
    """The weight of each channel, (C // groups,), and what the names of filters call them."""

    name: Message | None
    channels: Array

    def named(self, pattern: Message) -> Message:
        """Return the name of a filter with this pattern on these channels."""
        if self.name is None:
            return pattern
        return sentence("{pattern}, {channels}", pattern=pattern, channels=self.name)

    def of(self, pattern: Array) -> Array:
        """Return the pattern on every channel, times the channel's weight.

        Shapes:
            pattern  (kh, kw)
            return   (C // groups, kh, kw)
        """
        return self.channels[:, None, None] * pattern


BRIGHTNESS = Axis(None, np.array([1, 1, 1]) / 3)
OPPOSED_COLOURS = tuple(
    Axis(name, np.array(channels))
    for name, channels in (
        (sentence("red − green"), [1, -1, 0]),
        (sentence("blue − yellow"), [-0.5, -0.5, 1]),
        (sentence("red − cyan"), [1, -0.5, -0.5]),
        (sentence("green − magenta"), [-0.5, 1, -0.5]),
    )
)
OPPOSED_NAMES_REVERSED = (
    sentence("green − red"),
    sentence("yellow − blue"),
    sentence("cyan − red"),
    sentence("magenta − green"),
)
SINGLE_COLOURS = tuple(
    Axis(name, channels)
    for name, channels in zip(
        (sentence("red"), sentence("green"), sentence("blue")), np.eye(3), strict=True
    )
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
    return [
        way
        for axis, name in zip(OPPOSED_COLOURS, OPPOSED_NAMES_REVERSED, strict=True)
        for way in (axis, Axis(name, -axis.channels))
    ]


def opposed_parts(channels: int, first: int) -> list[Axis]:
    """Return an axis for each of up to eight parts: its mean minus that of the part half the count further on."""
    count = min(channels // 2 * 2, MOST_OPPOSED)
    dealt = _dealt(channels, count)
    return [
        Axis(
            _opposed(part, other, first),
            _mean(part) - _mean(other),
        )
        for part, other in zip(dealt, np.roll(dealt, -count // 2, axis=0), strict=True)
    ]


def _dealt(channels: int, count: int) -> list[NDArray[np.bool_]]:
    return [np.arange(channels) % count == part for part in range(count)]


def _mean(part: NDArray[np.bool_]) -> Array:
    return part / max(int(part.sum()), 1)


def _named(part: NDArray[np.bool_], first: int) -> Message | None:
    """Name the maps of a part; None if it has all maps."""
    count = int(part.sum())
    if count == len(part):
        return None
    return counted("map {maps}", "maps {maps}", count, maps=_numbers(part, first))


def _opposed(part: NDArray[np.bool_], other: NDArray[np.bool_], first: int) -> Message:
    return counted(
        "map {maps} − {others}",
        "maps {maps} − {others}",
        int(part.sum()),
        maps=_numbers(part, first),
        others=_numbers(other, first),
    )


def _numbers(part: NDArray[np.bool_], first: int) -> str:
    members = [str(member + first) for member in np.flatnonzero(part)]
    return ", ".join(members[:2] + ["…"] * (len(members) > 2))
