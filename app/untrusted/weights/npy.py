"""Arrays in NumPy's formats, single (.npy) or in a zip file (.npz); their headers are never evaluated as
Python.
"""

import math
import re
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import numpy as np

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.source import Source, SourceFile
from app.untrusted.weights.tensor import Stored, Tensor, check_shape, dtype_name, from_bytes
from app.untrusted.weights.zips import Members

MAGIC = b"\x93NUMPY"

_MOST_HEADER = 4096  # bytes; NumPy writes 128
_PIECE = 2**18  # bytes; keeps each read from a zip member small
_DESCR = re.compile(r"""['"]descr['"]\s*:\s*['"]([<>|=]?[A-Za-z]\d{0,6})['"]""")
_FORTRAN = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\d\s,]*)\)""")


@dataclass(frozen=True)
class _Header:
    stored: np.dtype[Any]
    fortran: bool
    shape: tuple[int, ...]
    length: int  # bytes of the header, before the values

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.stored.itemsize


def read_npz(members: Members) -> list[Tensor]:
    """Return the arrays of an .npz file, under their names there.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    return [
        _member(members, name, size)
        for name, size in members.sizes.items()
        if name.endswith(".npy")
    ]


def read_npy(source: Source) -> list[Tensor]:
    """Return the one array of an .npy file, under the name `array`.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    header = _header(SourceFile(source, most=_MOST_HEADER))
    _check_size(header, source.size)
    load = partial(_load_alone, source, header)
    return [Tensor(name="array", shape=header.shape, dtype=dtype_name(header.stored), load=load)]


def _member(members: Members, name: str, size: int) -> Tensor:
    with members.open(name) as file:
        header = _header(file)
    _check_size(header, size)
    return Tensor(
        name=name.removesuffix(".npy"),
        shape=header.shape,
        dtype=dtype_name(header.stored),
        load=partial(_load_member, members, name, header),
    )


def _header(file: IO[bytes] | SourceFile) -> _Header:
    start = file.read(12)
    if start[:6] != MAGIC or len(start) < 12 or start[6] not in (1, 2, 3):
        raise BrokenWeights(
            sentence(
                "A member named .npy is no array of NumPy's; the same weights saved again would "
                "work."
            )
        )
    head = 10 if start[6] == 1 else 12
    length = int.from_bytes(start[8:head], "little")
    if length > _MOST_HEADER:
        raise BrokenWeights(
            sentence(
                "The header of an array has {length:,} bytes; up to {most:,} would work.",
                length=length,
                most=_MOST_HEADER,
            )
        )
    text = start[head:] + file.read(length - (12 - head))
    return _parsed(text.decode("latin-1"), head + length)


def _parsed(text: str, length: int) -> _Header:
    fortran, shape = _FORTRAN.search(text), _SHAPE.search(text)
    if fortran is None or shape is None:
        raise BrokenWeights(
            sentence(
                "The header of an array cannot be read; the same weights saved again would work."
            )
        )
    descr = _DESCR.search(text)
    sizes = tuple(int(size) for size in re.findall(r"\d+", shape[1]))
    check_shape(sizes)
    stored = _stored(descr[1]) if descr else np.dtype("V1")  # a record: its values are not read
    return _Header(stored, fortran[1] == "True", sizes, length)


def _stored(descr: str) -> np.dtype[Any]:
    try:
        return np.dtype(descr)
    except (TypeError, ValueError) as error:
        raise BrokenWeights(
            sentence(
                "The header of an array states no type of NumPy's; the same weights saved again "
                "would work."
            )
        ) from error


def _check_size(header: _Header, size: int) -> None:
    if header.stored.kind not in "OV" and size != header.length + header.nbytes:
        raise BrokenWeights(
            sentence(
                "An array of {nbytes:,} bytes is stored in {stored:,}; the same weights saved "
                "again would work.",
                nbytes=header.nbytes,
                stored=size - header.length,
            )
        )


def _load_alone(source: Source, header: _Header) -> Stored:
    _check_numbers(header)
    return _shaped(source.read(header.length, header.nbytes), header)


def _load_member(members: Members, name: str, header: _Header) -> Stored:
    _check_numbers(header)
    with members.open(name) as file:
        data = _in_pieces(file, header.length + header.nbytes)
        file.read(1)  # reaching the end of the member verifies its checksum
    return _shaped(data[header.length :], header)


def _in_pieces(file: IO[bytes], nbytes: int) -> bytes:
    data = bytearray()
    while piece := file.read(min(_PIECE, nbytes - len(data))):
        data += piece
    return bytes(data)


def _check_numbers(header: _Header) -> None:
    if header.stored.hasobject:
        raise UnsupportedWeights(
            sentence("Arrays of objects are pickled and never read; numbers would work.")
        )


def _shaped(data: bytes, header: _Header) -> Stored:
    if header.fortran:
        return from_bytes(data, header.stored, header.shape[::-1]).T
    return from_bytes(data, header.stored, header.shape)
