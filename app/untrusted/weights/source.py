"""An untrusted file, read in pieces: every stated length is checked, and the number of reads is limited."""

import struct
from typing import BinaryIO

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights

_WINDOW = 2**13  # bytes read at once, since headers consist of many small pieces
_MOST_READS = 300_000  # every loop over a file reads, so this limits its time


class Source:
    """Random access to the bytes of a file, or of a part of it."""

    def __init__(self, file: BinaryIO, size: int, *, start: int = 0) -> None:
        self.size = size
        self._file, self._start = file, start
        self._window, self._window_place = b"", 0
        self._reads = 0

    def read(self, place: int, nbytes: int) -> bytes:
        """Return exactly that many bytes from an offset.

        Raises:
            BrokenWeights: they lie beyond the end, or the file was read too often.
        """
        if place < 0 or nbytes < 0 or place + nbytes > self.size:
            raise BrokenWeights(
                sentence(
                    "The file points beyond its own end, which is at {size:,} bytes: it is cut off "
                    "or damaged; the same weights saved again would work.",
                    size=self.size,
                )
            )
        self._count()
        if nbytes > _WINDOW:
            return self._fetch(place, nbytes)
        offset = place - self._window_place
        if offset < 0 or offset + nbytes > len(self._window):
            self._window_place, offset = place, 0
            self._window = self._fetch(place, min(_WINDOW, self.size - place))
        return self._window[offset : offset + nbytes]

    def unpack(self, form: str, place: int) -> tuple[int, ...]:
        """Return the little-endian integers at an offset, in a format of `struct`.

        Raises:
            BrokenWeights: they lie beyond the end, or the file was read too often.
        """
        form = f"<{form}"
        return struct.unpack(form, self.read(place, struct.calcsize(form)))

    def part(self, place: int, nbytes: int) -> "Source":
        """Return a part of the file as a source.

        Raises:
            BrokenWeights: the part lies beyond the end.
        """
        self.read(place, 0)
        self.read(place + nbytes, 0)
        return Source(self._file, nbytes, start=self._start + place)

    def _count(self) -> None:
        self._reads += 1
        if self._reads > _MOST_READS:
            raise BrokenWeights(
                sentence(
                    "The file is cut into too many small parts; the same weights saved again would "
                    "work."
                )
            )

    def _fetch(self, place: int, nbytes: int) -> bytes:
        self._file.seek(self._start + place)
        data = self._file.read(nbytes)
        if len(data) != nbytes:
            raise BrokenWeights(
                sentence(
                    "The file ended while it was read; the same weights saved again would work."
                )
            )
        return data


class SourceFile:
    """A source as a file object, for a parser that needs one; it refuses to read much at once."""

    def __init__(self, source: Source, *, most: int) -> None:
        self._source, self._most = source, most
        self._place = 0

    def read(self, nbytes: int = -1, /) -> bytes:
        """Return up to that many bytes; fewer at the end.

        Raises:
            BrokenWeights: more than `most` bytes are requested.
        """
        left = max(self._source.size - self._place, 0)
        nbytes = left if nbytes < 0 else min(nbytes, left)
        if nbytes > self._most:
            raise BrokenWeights(
                sentence(
                    "A directory in the file has {nbytes:,} bytes; up to {most:,} would work.",
                    nbytes=nbytes,
                    most=self._most,
                )
            )
        data = self._source.read(self._place, nbytes) if nbytes else b""
        self._place += nbytes
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to an offset, as `io.IOBase.seek` does."""
        place = offset + (0, self._place, self._source.size)[whence]
        if place < 0:
            raise OSError("a place before the start")  # as files do
        self._place = place
        return place

    def tell(self) -> int:
        """Return the current offset."""
        return self._place

    def seekable(self) -> bool:
        """Return True: the source can seek."""
        return True
