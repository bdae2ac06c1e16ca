"""Finds the pairs of convolutions that can be the two layers of a stack."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from app.messages import sentence
from app.untrusted.weights.convolution import Convolution
from app.untrusted.weights.errors import NoPair
from app.untrusted.weights.limits import Limits

_MOST_PAIRS = 100
_PICTURES = (1, 3)  # channels of a picture


@dataclass(frozen=True)
class Pair:
    """Two convolutions that can follow each other, with the `groups` of each."""

    first: Convolution
    second: Convolution
    groups: tuple[int, int]


def pairs(convolutions: Sequence[Convolution], limits: Limits) -> tuple[Pair, ...]:
    """Return up to a hundred pairs of convolutions that chain; those that need no guessed groups come first.

    The first reads a picture of 1 or 3 channels; the second reads the filters of the first, all of them or in
    groups. Among several candidates for the second, the next one in the file comes first. Groups are guessed
    only for candidates that come after the first in the file.
    """
    fitting = [(place, each) for place, each in enumerate(convolutions) if each.fits(limits)]
    by_channels: dict[int, list[tuple[int, Convolution]]] = defaultdict(list)
    for place, each in fitting:
        by_channels[each.channels].append((place, each))
    firsts = [(place, each) for place, each in fitting if each.channels in _PICTURES]
    plain = _plain(firsts, by_channels)
    found = list(islice(plain, _MOST_PAIRS))
    return (*found, *islice(_grouped(firsts, by_channels), _MOST_PAIRS - len(found)))


def chain(first: Convolution, second: Convolution, limits: Limits) -> Pair:
    """Return two convolutions as a pair.

    Raises:
        NoPair: they do not chain, or do not fit the stack; the message says what would work.
    """
    for each in (first, second):
        if not each.fits(limits):
            raise NoPair(
                sentence(
                    "{each} does not fit the stack; up to {filters} filters, as many channels and "
                    "kernels of up to {side} × {side} would work.",
                    each=each,
                    filters=limits.filters[-1],
                    side=limits.kernels[-1],
                )
            )
    if first.channels not in _PICTURES:
        raise NoPair(
            sentence("{first} cannot read the picture; 1 or 3 channels would work.", first=first)
        )
    groups = _groups(first, second)
    if groups is None:
        raise NoPair(
            sentence(
                "{second} does not follow {first}; one that reads {filters} channels would work.",
                second=second,
                first=first,
                filters=first.filters,
            )
        )
    return Pair(first, second, (first.groups or 1, groups))


Places = list[tuple[int, Convolution]]


def _plain(firsts: Places, by_channels: dict[int, Places]) -> Iterator[Pair]:
    for place, first in firsts:
        for _, second in _nearest(by_channels[first.filters], place):
            yield Pair(first, second, (first.groups or 1, second.groups or 1))


def _grouped(firsts: Places, by_channels: dict[int, Places]) -> Iterator[Pair]:
    for place, first in firsts[:_MOST_PAIRS]:
        for channels in (size for size in range(1, first.filters) if first.filters % size == 0):
            behind = [each for at, each in by_channels.get(channels, []) if at > place]
            for second in behind[:_MOST_PAIRS]:
                groups = _groups(first, second)
                if groups is not None:
                    yield Pair(first, second, (first.groups or 1, groups))


def _nearest(seconds: Places, place: int) -> Places:
    """Return the candidates after a position, then those before it, without the one at it."""
    return [each for each in seconds if each[0] > place] + [
        each for each in seconds if each[0] < place
    ]


def _groups(first: Convolution, second: Convolution) -> int | None:
    """Return the number of groups in which the second reads the filters of the first; None if it cannot."""
    if second.channels == first.filters:
        return second.groups or 1
    groups, rest = divmod(first.filters, second.channels)
    if second.groups is not None or rest or second.filters % groups:
        return None
    return groups
