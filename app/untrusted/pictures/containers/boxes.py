"""Reads and writes the boxes of an ISO base media file (ISO/IEC 14496-12), the container of AVIF and HEIC."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_BOXES = 20_000  # on one level


class BadBoxes(ValueError):
    """The boxes contradict one another, or the data ends too early."""


@dataclass(frozen=True)
class Box:
    """One box: its four-letter name and where its body is in the file."""

    name: bytes
    start: int
    end: int


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Yield the sibling boxes between two offsets.

    Raises:
        BadBoxes: a box is longer than its container.
    """
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        if end - start < 8:
            raise BadBoxes("a box is cut off")
        size, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        stop = end if size == 0 else start + size
        if (size and size < head) or stop > end:
            raise BadBoxes("a box is longer than what holds it")
        yield Box(name, start + head, stop)
        start = stop
    raise BadBoxes("too many boxes")


def box(name: bytes, *bodies: bytes) -> bytes:
    """Return a box."""
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), name) + body


def full_box(name: bytes, *bodies: bytes, version: int = 0, flags: int = 0) -> bytes:
    """Return a box with a version and flags."""
    return box(name, struct.pack(">I", version << 24 | flags), *bodies)


class Reader:
    """Reads consecutive big-endian numbers of any length.

    Raises:
        BadBoxes: by every method, at the end of the data.
    """

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data, self._place, self._end = data, start, end

    def number(self, nbytes: int) -> int:
        """Return the number in the next `nbytes` bytes; 0 if `nbytes` is 0."""
        return int.from_bytes(self.take(nbytes), "big")

    def take(self, nbytes: int) -> bytes:
        """Return the next bytes."""
        place = self._place
        if nbytes > self._end - place:
            raise BadBoxes("a box ends too early")
        self._place += nbytes
        return self._data[place : place + nbytes]

    def version_and_flags(self) -> tuple[int, int]:
        """Return the version and the flags, with which a full box starts."""
        word = self.number(4)
        return word >> 24, word & 0xFFFFFF
