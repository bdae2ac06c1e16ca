"""A dataset of an HDF5 file as a tensor: its shape, its type, and where its values are."""

from functools import partial
from typing import Any

import numpy as np

from app.messages import sentence
from app.shown_text import shown_text
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.hdf5.chunks import Chunked, read_chunks
from app.untrusted.weights.hdf5.filters import read_filters
from app.untrusted.weights.hdf5.headers import UNDEFINED, Kind, Message, Messages
from app.untrusted.weights.source import Source
from app.untrusted.weights.tensor import (
    BFLOAT16,
    Stored,
    Tensor,
    check_nbytes,
    check_shape,
    from_bytes,
)

_COMPACT, _CONTIGUOUS, _CHUNKED, _VIRTUAL = range(4)
_CLASSES = {3: "str", 5: "bytes", 6: "record", 7: "reference", 8: "enum", 9: "str", 10: "array"}
# The bits of exponent and fraction, which identify a floating-point type.
_FLOATS = {(5, 10): "f2", (8, 23): "f4", (11, 52): "f8", (8, 7): "u2"}


def read_dataset(source: Source, path: str, messages: Messages) -> Tensor | None:
    """Return the dataset as a tensor; None if the object is not a dataset.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    if not messages.has(Kind.LAYOUT):
        return None
    if messages.has(Kind.EXTERNAL_FILES):
        raise UnsupportedWeights(
            sentence(
                "The values of the HDF5 file are in another file; one with its values in it "
                "would work."
            )
        )
    shape = _shape(source, messages.one(Kind.DATASPACE))
    name, stored = _type(source, messages.one(Kind.DATATYPE))
    layout = messages.one(Kind.LAYOUT)
    version, kind = source.unpack("BB", layout.place)
    if kind == _VIRTUAL:
        raise UnsupportedWeights(
            sentence(
                "The HDF5 file has a virtual dataset, made of other ones; a plain one would work."
            )
        )
    if version not in (3, 4) or (version == 4 and kind == _CHUNKED) or kind > _CHUNKED:
        load = partial(_refuse_layout, path)
    elif kind == _CHUNKED:
        load = partial(_load_chunked, source, messages, layout, stored, shape)
    else:
        load = partial(_load_plain, source, layout, stored, shape, path)
    return Tensor(name=path, shape=shape, dtype=name, load=load)


def _shape(source: Source, message: Message) -> tuple[int, ...]:
    version, axes = source.unpack("BB", message.place)
    if version not in (1, 2):
        raise BrokenWeights(
            sentence(
                "A dataset of the HDF5 file has no shape; the same weights saved again would work."
            )
        )
    shape = source.unpack(f"{axes}Q", message.place + (8 if version == 1 else 4))
    check_shape(shape)
    return shape


def _type(source: Source, message: Message) -> tuple[str, np.dtype[Any]]:
    """Return the name of the type, and its NumPy type, which is meaningless unless the values are numbers."""
    head, bits, _, _, size = source.unpack("BBBBI", message.place)
    order, kind = ">" if bits & 1 else "<", head & 15
    if kind == 0 and size in (1, 2, 4, 8):
        stored = np.dtype(f"{order}{'i' if bits & 8 else 'u'}{size}")
        offset, precision = source.unpack("HH", message.place + 8)
        if (offset, precision) == (0, 8 * size):
            return stored.name, stored
    if kind == 1 and not bits & 0x40:
        *_, exponent, _, fraction = source.unpack("HHBBBB", message.place + 8)
        code = _FLOATS.get((exponent, fraction))
        if code and int(code[1]) == size:
            return BFLOAT16 if code == "u2" else np.dtype(code).name, np.dtype(order + code)
    return _CLASSES.get(kind, "rare"), np.dtype("V1")


def _load_plain(
    source: Source, layout: Message, stored: np.dtype[Any], shape: tuple[int, ...], path: str
) -> Stored:
    if source.unpack("xB", layout.place) == (_COMPACT,):
        (size,) = source.unpack("H", layout.place + 2)
        place = layout.place + 4
    else:
        place, size = source.unpack("QQ", layout.place + 2)
    if place == UNDEFINED:
        raise BrokenWeights(
            sentence(
                "{path} was never given values; the same weights saved again would work.",
                path=shown_text(path, most=80),
            )
        )
    check_nbytes(size, stored, shape)
    return from_bytes(source.read(place, size), stored, shape)


def _load_chunked(
    source: Source,
    messages: Messages,
    layout: Message,
    stored: np.dtype[Any],
    shape: tuple[int, ...],
) -> Stored:
    axes, tree = source.unpack("BQ", layout.place + 2)
    *sizes, itemsize = source.unpack(f"{axes}I", layout.place + 11)
    if len(sizes) != len(shape) or itemsize != stored.itemsize:
        raise BrokenWeights(
            sentence(
                "The chunks of a dataset do not fit its shape; the same weights saved again "
                "would work."
            )
        )
    filters = [read_filters(source, message) for message in messages.all(Kind.FILTERS)]
    chunked = Chunked(
        tree=tree,
        shape=shape,
        sizes=tuple(sizes),
        stored=stored,
        filters=filters[0] if filters else (),
    )
    return read_chunks(source, chunked)


def _refuse_layout(path: str) -> Stored:
    raise UnsupportedWeights(
        sentence(
            "{path} is stored in chunks of a newer library; one written by h5py with "
            "libver='earliest' would work.",
            path=shown_text(path, most=80),
        )
    )
