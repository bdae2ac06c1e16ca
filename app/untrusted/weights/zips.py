"""The members of a zip file: its directory is checked before anything is inflated."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights, WeightsTooLarge
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.names import NameBudget
from app.untrusted.weights.source import Source, SourceFile

_MOST_DIRECTORY = 2**20  # bytes; also the most read from a member at once
_LOCAL_HEADER = 30  # bytes
_ENCRYPTED = 1


class Members:
    """The members of a zip file by their names.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        self._source, self._limits = source, limits
        with _refusing():
            self._zip = zipfile.ZipFile(SourceFile(source, most=_MOST_DIRECTORY))
        found = self._zip.infolist()
        if len(found) > limits.max_tensors:
            raise UnsupportedWeights(
                sentence(
                    "The file holds {count:,} members; up to {most:,} would work.",
                    count=len(found),
                    most=limits.max_tensors,
                )
            )
        names = NameBudget(limits)
        for info in found:
            names.take(len(info.filename))
        self._infos = {info.filename: info for info in found}
        if len(self._infos) != len(found):
            raise BrokenWeights(
                sentence(
                    "The file holds two members of one name; the same weights saved again would "
                    "work."
                )
            )
        for info in found:
            _check(info)

    @property
    def sizes(self) -> dict[str, int]:
        """Return the names and the uncompressed sizes, as stated in the directory."""
        return {name: info.file_size for name, info in self._infos.items()}

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; errors of the zip format become BrokenWeights."""
        with _refusing(), self._zip.open(self._infos[name]) as member:
            yield member

    def source(self, name: str) -> Source:
        """Return a member as a source: a part of the file if it is not compressed, otherwise decompressed.

        Raises:
            WeightsTooLarge: it would decompress to more than the limit for a file.
        """
        info = self._infos[name]
        if info.compress_type == zipfile.ZIP_STORED:
            return self._source.part(self._data_place(info), info.file_size)
        if info.file_size > self._limits.max_bytes:
            raise WeightsTooLarge(
                sentence(
                    "The weights unpack to {nbytes:,} bytes; up to {most:,} would work.",
                    nbytes=info.file_size,
                    most=self._limits.max_bytes,
                )
            )
        data = BytesIO()
        with self.open(name) as member:
            while piece := member.read(_MOST_DIRECTORY):
                data.write(piece)
        return Source(data, len(data.getbuffer()))

    def _data_place(self, info: zipfile.ZipInfo) -> int:
        if info.compress_size != info.file_size:
            raise BrokenWeights(
                sentence(
                    "The zip directory states two sizes of one member; the same weights saved again "
                    "would work."
                )
            )
        with self.open(info.filename):  # which checks the header in front of the member
            pass
        names = self._source.unpack("HH", info.header_offset + 26)
        return info.header_offset + _LOCAL_HEADER + sum(names)


def _check(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise UnsupportedWeights(sentence("The file is encrypted; one that is not would work."))
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsupportedWeights(
            sentence(
                "A member is compressed in a rare way; one stored as it is, or deflated, would "
                "work."
            )
        )


@contextmanager
def _refusing() -> Iterator[None]:
    # What zipfile raises on damaged files, found by damaging them; it has no common base class for these.
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise BrokenWeights(
            sentence("The zip file is damaged; the same weights saved again would work.")
        ) from error
    except (ValueError, NotImplementedError, RuntimeError, OverflowError) as error:
        raise BrokenWeights(
            sentence(
                "The zip file is damaged or of a rare kind; the same weights saved again would "
                "work."
            )
        ) from error
