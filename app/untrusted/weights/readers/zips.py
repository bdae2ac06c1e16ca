"""The members of a zip file: its directory is checked before anything is inflated."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, BinaryIO, cast

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights, WeightsTooLarge
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.names import NameBudget
from app.untrusted.weights.readers.tensors import refusing

_MOST_DIRECTORY = 2**20  # bytes; also the most read from a member at once
_PIECE = 2**18  # bytes
_ENCRYPTED = 1


class Members:
    """The members of a zip file by their names.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._limits = limits
        with refusing("zip"):
            self._zip = zipfile.ZipFile(cast("IO[bytes]", _Bounded(file)))
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

    @property
    def sizes(self) -> dict[str, int]:
        """Return the names and the uncompressed sizes, as stated in the directory."""
        return {name: info.file_size for name, info in self._infos.items()}

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a member; errors of the zip format become BrokenWeights.

        Raises:
            UnsupportedWeights: it is encrypted, or compressed in a rare way.
        """
        _check(self._infos[name])
        with refusing("zip"), self._zip.open(self._infos[name]) as member:
            yield member

    def read(self, name: str, *, most: int | None = None) -> bytes:
        """Return a member, decompressed.

        Raises:
            WeightsTooLarge: it would decompress to more than `most` bytes, or the limit for a file.
        """
        most = self._limits.max_bytes if most is None else most
        if self._infos[name].file_size > most:
            raise WeightsTooLarge(
                sentence(
                    "A member of the zip file unpacks to {nbytes:,} bytes; up to {most:,} would work.",
                    nbytes=self._infos[name].file_size,
                    most=most,
                )
            )
        data = BytesIO()
        with self.open(name) as member:
            while piece := member.read(_PIECE):
                data.write(piece)
        return data.getvalue()


class _Bounded:
    """A file from which zipfile cannot read much at once: the directory of a zip file can be as large as it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, nbytes: int = -1) -> bytes:
        place = self._file.tell()
        left = max(self._file.seek(0, 2) - place, 0)
        self._file.seek(place)
        asked = left if nbytes < 0 else min(nbytes, left)
        if asked > _MOST_DIRECTORY:
            raise BrokenWeights(
                sentence(
                    "A directory in the file has {nbytes:,} bytes; up to {most:,} would work.",
                    nbytes=asked,
                    most=_MOST_DIRECTORY,
                )
            )
        return self._file.read(asked)


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
