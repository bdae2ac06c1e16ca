"""The wire format of Protocol Buffers: the fields of a message, found without reading their values."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights
from app.untrusted.weights.source import Source

_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_LONGEST = 10  # bytes of a varint
_LONGEST_TEXT = 4096  # bytes


class Field(NamedTuple):
    """One field: its number, its value if it is a varint, and where its bytes are."""

    number: int
    value: int
    start: int
    end: int
    framed: bool  # length-delimited: text, a message or a packed list

    def numbers(self, source: Source) -> list[int]:
        """Return the number in the field, or the packed list of them.

        Raises:
            BrokenWeights: the list is damaged, or very long.
        """
        if not self.framed:
            return [signed(self.value)]
        return [int(number) for number in varints(self._short(source))]

    def data(self, source: Source) -> bytes:
        """Return the bytes of the field."""
        return source.read(self.start, self.end - self.start)

    def text(self, source: Source) -> str:
        """Return the text in the field.

        Raises:
            BrokenWeights: it is not text, or very long.
        """
        try:
            return self._short(source).decode()
        except ValueError as error:
            raise BrokenWeights(
                sentence("A name in the model is no text; the same weights saved again would work.")
            ) from error

    def _short(self, source: Source) -> bytes:
        if self.end - self.start > _LONGEST_TEXT:
            raise BrokenWeights(
                sentence(
                    "A name or list in the model has {nbytes:,} bytes; up to {most:,} would work.",
                    nbytes=self.end - self.start,
                    most=_LONGEST_TEXT,
                )
            )
        return self.data(source)


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


def varints(data: bytes) -> NDArray[np.int64]:
    """Return packed varints as signed numbers, (N,).

    Raises:
        BrokenWeights: a varint is cut off, or has too many bytes.
    """
    parts = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(parts < 128)
    if parts.size and (not ends.size or ends[-1] != parts.size - 1):
        raise BrokenWeights(
            sentence(
                "A list of numbers in the model is cut off; the same weights saved again would "
                "work."
            )
        )
    starts = np.concatenate(([0], ends[:-1] + 1)) if ends.size else ends
    lengths = ends - starts + 1
    if lengths.max(initial=0) > _LONGEST:
        raise BrokenWeights(
            sentence("A number in the model is too long; the same weights saved again would work.")
        )
    found = np.zeros(ends.size, np.uint64)
    for byte in range(lengths.max(initial=0)):
        longer = lengths > byte
        part = parts[starts[longer] + byte].astype(np.uint64) & np.uint64(127)
        found[longer] |= part << np.uint64(7 * byte)
    return found.view(np.int64)


def signed(value: int) -> int:
    """Return a varint as the signed 64-bit number that it stands for."""
    return value - 2**64 if value >= 2**63 else value


def _varint(source: Source, place: int, end: int) -> tuple[int, int]:
    """Return the number at an offset, and the offset after it."""
    value = 0
    for index, byte in enumerate(source.read(place, min(_LONGEST, max(end - place, 0)))):
        value |= (byte & 127) << 7 * index
        if byte < 128:
            return value & 2**64 - 1, place + index + 1
    raise BrokenWeights(
        sentence("A number in the model has no end; the same weights saved again would work.")
    )
