"""The wire format of Protocol Buffers: the fields of a message, found without reading their values."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights
from app.untrusted.weights.names import NameBudget
from app.untrusted.weights.source import Source

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
LONGEST = 10  # bytes of a varint
_LONGEST_WORD = 256  # bytes of an operator, or of the name of a setting
_MOST_AT_ONCE = 2**16  # varints, since each takes several times its own bytes while it is decoded


class Field(NamedTuple):
    """One field: its number, its value if it is a varint, and where its bytes are."""

    number: int
    value: int
    start: int
    end: int
    framed: bool  # length-delimited: text, a message or a packed list

    @property
    def nbytes(self) -> int:
        """Return the number of bytes of the field."""
        return self.end - self.start

    def numbers(self, source: Source, *, most: int) -> list[int]:
        """Return the number in the field, or the packed list of up to `most` of them.

        Raises:
            BrokenWeights: the list is damaged, or longer.
        """
        if not self.framed:
            return [signed(self.value)]
        self._check_length(LONGEST * most)
        return [int(number) for number in varints(self.data(source), most)]

    def data(self, source: Source) -> bytes:
        """Return the bytes of the field."""
        return source.read(self.start, self.nbytes)

    def word(self, source: Source) -> str:
        """Return the short text in the field.

        Raises:
            BrokenWeights: it is not text, or very long.
        """
        self._check_length(_LONGEST_WORD)
        return self._text(source)

    def name(self, source: Source, names: NameBudget) -> str:
        """Return the name in the field, which is counted before it is read.

        Raises:
            BrokenWeights: it is not text.
            UnsupportedWeights: it is very long, or all names together are.
        """
        names.take(self.nbytes)
        return self._text(source)

    def _text(self, source: Source) -> str:
        try:
            return self.data(source).decode()
        except ValueError as error:
            raise BrokenWeights(
                sentence("A name in the model is no text; the same weights saved again would work.")
            ) from error

    def _check_length(self, most: int) -> None:
        if self.nbytes > most:
            raise BrokenWeights(
                sentence(
                    "A word or list in the model has {nbytes:,} bytes; up to {most:,} would work.",
                    nbytes=self.nbytes,
                    most=most,
                )
            )


def fields(source: Source, start: int, end: int) -> Iterator[Field]:
    """Yield the fields of the message between two offsets.

    Raises:
        BrokenWeights: a field is longer than its message, or of an unknown wire type.
    """
    place = start
    while place < end:
        key, place = _varint(source, place, end)
        kind, value = key & 7, 0
        body = place
        if kind == _VARINT:
            value, place = _varint(source, place, end)
        elif kind == _BYTES:
            length, body = _varint(source, place, end)
            place = body + length
        elif kind in (_EIGHT, _FOUR):
            place += 8 if kind == _EIGHT else 4
        else:
            raise BrokenWeights(
                sentence(
                    "The model has a field of no known kind; the same weights saved again would "
                    "work."
                )
            )
        if place > end:
            raise BrokenWeights(
                sentence(
                    "The model has a part that is longer than what holds it: it is cut off or "
                    "damaged; the same weights saved again would work."
                )
            )
        yield Field(key >> 3, value, body, place, kind == _BYTES)


def varints(data: bytes, most: int) -> NDArray[np.int64]:
    """Return up to `most` packed varints as signed numbers, (N,); they are counted before they are decoded.

    Raises:
        BrokenWeights: there are more, or one is cut off or has too many bytes.
    """
    parts = np.frombuffer(data, np.uint8)
    last = parts < 128  # the last byte of each number
    count = np.count_nonzero(last)
    if count > most or (parts.size and not last[-1]):
        raise BrokenWeights(
            sentence(
                "A list in the model has {count:,} numbers, or is cut off; up to {most:,} would work.",
                count=count,
                most=most,
            )
        )
    ends = np.flatnonzero(last)
    found = np.zeros(count, np.uint64)
    start = 0
    for first in range(0, count, _MOST_AT_ONCE):
        block = ends[first : first + _MOST_AT_ONCE]
        found[first : first + block.size] = _decoded(parts[start : block[-1] + 1], block - start)
        start = block[-1] + 1
    return found.view(np.int64)


def _decoded(parts: NDArray[np.uint8], ends: NDArray[np.intp]) -> NDArray[np.uint64]:
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > LONGEST:
        raise BrokenWeights(
            sentence("A number in the model is too long; the same weights saved again would work.")
        )
    found = np.zeros(ends.size, np.uint64)
    for byte in range(lengths.max()):
        longer = lengths > byte
        part = parts[starts[longer] + byte].astype(np.uint64) & np.uint64(127)
        found[longer] |= part << np.uint64(7 * byte)
    return found


def signed(value: int) -> int:
    """Return a varint as the signed 64-bit number that it stands for."""
    return value - 2**64 if value >= 2**63 else value


def _varint(source: Source, place: int, end: int) -> tuple[int, int]:
    """Return the number at an offset, and the offset after it."""
    value = 0
    for index, byte in enumerate(source.read(place, min(LONGEST, max(end - place, 0)))):
        value |= (byte & 127) << 7 * index
        if byte < 128:
            return value & 2**64 - 1, place + index + 1
    raise BrokenWeights(
        sentence("A number in the model has no end; the same weights saved again would work.")
    )
