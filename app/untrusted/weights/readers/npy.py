"""Arrays in NumPy's formats, single (.npy) or in a zip file (.npz), read by NumPy without unpickling."""

from functools import partial
from types import SimpleNamespace
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from app.messages import sentence
from app.untrusted.weights.description import Description
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.readers.tensors import (
    Tensors,
    check_shape,
    dtype_name,
    nbytes,
    refusing,
)
from app.untrusted.weights.readers.zips import Members

_MOST_HEADER = 4096  # bytes; NumPy writes 128

Header = tuple[tuple[int, ...], np.dtype[Any], int]  # shape, type, bytes of the header


def read_npz(members: Members, limits: Limits) -> Description:
    """Describe the arrays of an .npz file, under their names there.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    tensors = Tensors("npz", limits)
    for name, size in members.sizes.items():
        if name.endswith(".npy"):
            with members.open(name) as file:
                header = _header(file)
            _check_size(header, size)
            load = partial(_load_member, members, name, header)
            _add(tensors, name.removesuffix(".npy"), header, load)
    return Description(format="npz", tensors=tensors.found)


def read_npy(file: BinaryIO, size: int, limits: Limits) -> Description:
    """Describe the one array of an .npy file, under the name `array`.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    with refusing("npy"):
        header = _header(file)
    _check_size(header, size)
    tensors = Tensors("npy", limits)
    _add(tensors, "array", header, partial(_load_alone, file, header))
    return Description(format="npy", tensors=tensors.found)


def _add(tensors: Tensors, name: str, header: Header, load: Any) -> None:
    shape, stored, _ = header
    tensors.add(name, shape, dtype_name(stored), nbytes(shape, stored), load)


def _header(file: IO[bytes] | BinaryIO) -> Header:
    version = npy_format.read_magic(file)
    read = {
        (1, 0): npy_format.read_array_header_1_0,
        (2, 0): npy_format.read_array_header_2_0,
    }.get(version)
    if read is None:  # version 3 is for records with names that are not Latin-1
        raise UnsupportedWeights(
            sentence("An array is in a rare version of the .npy format; version 1 would work.")
        )
    shape, _, stored = read(file, max_header_size=_MOST_HEADER)
    check_shape(shape)
    return shape, stored, file.tell()


def _check_size(header: Header, size: int) -> None:
    shape, stored, start = header
    if not stored.hasobject and size != start + nbytes(shape, stored):
        raise BrokenWeights(
            sentence(
                "An array of {nbytes:,} bytes is stored in {stored:,}; the same weights saved "
                "again would work.",
                nbytes=nbytes(shape, stored),
                stored=size - start,
            )
        )


def _load_alone(file: BinaryIO, header: Header) -> NDArray[Any]:
    _check_numbers(header)
    file.seek(0)
    reads: Any = SimpleNamespace(
        read=file.read
    )  # from a true file NumPy reads by a copy of its handle
    return npy_format.read_array(reads, allow_pickle=False, max_header_size=_MOST_HEADER)


def _load_member(members: Members, name: str, header: Header) -> NDArray[Any]:
    _check_numbers(header)
    with members.open(name) as file:
        values = npy_format.read_array(file, allow_pickle=False, max_header_size=_MOST_HEADER)
        file.read(1)  # reaching the end of the member verifies its checksum
    return values


def _check_numbers(header: Header) -> None:
    if header[1].hasobject:
        raise UnsupportedWeights(
            sentence("Arrays of objects are pickled and never read; numbers would work.")
        )
