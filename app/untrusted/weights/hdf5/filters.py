"""Undoes the filters of the chunks of an HDF5 dataset: deflate, shuffle and the Fletcher-32 checksum."""

import zlib

import numpy as np

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.hdf5.headers import Message
from app.untrusted.weights.source import Source

_DEFLATE, _SHUFFLE, _CHECKSUM = 1, 2, 3
_MOST_FILTERS = 8


def read_filters(source: Source, message: Message) -> tuple[int, ...]:
    """Return the numbers of the filters, in the order in which they were applied.

    Raises:
        UnsupportedWeights: a filter is not supported.
    """
    version, count = source.unpack("BB", message.place)
    place, found = message.place + (8 if version == 1 else 2), []
    for _ in range(min(count, _MOST_FILTERS + 1)):
        (number,) = source.unpack("H", place)
        named = version == 1 or number >= 256
        place += 2
        (name,) = source.unpack("H", place) if named else (0,)
        place += 2 if named else 0
        _, values = source.unpack("HH", place)
        padding = 4 * (values % 2) if version == 1 else 0
        name += -name % 8 if version == 1 else 0
        place += 4 + name + 4 * values + padding
        found.append(number)
    if version not in (1, 2) or len(found) > _MOST_FILTERS or not _KNOWN.issuperset(found):
        raise UnsupportedWeights(
            sentence("The values are compressed in a rare way; gzip, or none, would work.")
        )
    return tuple(found)


def undo(data: bytes, filters: tuple[int, ...], *, skipped: int, itemsize: int, most: int) -> bytes:
    """Return the bytes of a chunk without its filters; those with their bit set in `skipped` were not applied.

    Raises:
        BrokenWeights: the chunk is damaged, or inflates to more than `most` bytes.
    """
    for place in reversed(range(len(filters))):
        if skipped >> place & 1:
            continue
        if filters[place] == _DEFLATE:
            data = _inflated(data, most)
        elif filters[place] == _SHUFFLE:
            data = _unshuffled(data, itemsize)
        else:
            data = data[:-4]
    return data


def _inflated(data: bytes, most: int) -> bytes:
    inflate = zlib.decompressobj()
    try:
        found = inflate.decompress(data, most + 5)  # a checksum may be inside
    except zlib.error as error:
        raise BrokenWeights(
            sentence(
                "A chunk of the HDF5 file is damaged; the same weights saved again would work."
            )
        ) from error
    if not inflate.eof:
        raise BrokenWeights(
            sentence(
                "A chunk of the HDF5 file is cut off, or too large; the same weights saved again "
                "would work."
            )
        )
    return found


def _unshuffled(data: bytes, itemsize: int) -> bytes:
    """Undo the shuffle filter, which stores the first bytes of all values, then all second bytes, and so on."""
    values = len(data) // itemsize
    table = np.frombuffer(data, np.uint8, values * itemsize).reshape(itemsize, values)
    return table.T.tobytes() + data[values * itemsize :]


_KNOWN = frozenset((_DEFLATE, _SHUFFLE, _CHECKSUM))
