"""Reads a TensorProto: its shape, its type, and the one field that has its values."""

import math
from functools import partial

import numpy as np

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.names import NameBudget
from app.untrusted.weights.onnx.wire import LONGEST, Field, fields, varints
from app.untrusted.weights.source import Source
from app.untrusted.weights.tensor import (
    BFLOAT16,
    MOST_AXES,
    Stored,
    Tensor,
    check_nbytes,
    check_shape,
    from_bytes,
)

_DIMS, _TYPE, _SEGMENT, _NAME, _EXTERNAL, _LOCATION = 1, 2, 3, 8, 13, 14
_FLOATS, _INTS, _LONGS, _RAW, _DOUBLES, _ULONGS = 4, 5, 7, 9, 10, 11
_VALUES = (_FLOATS, _INTS, _LONGS, _RAW, _DOUBLES, _ULONGS)

# TensorProto.DataType, and the field for values that are not in raw_data.
_TYPES = {
    1: ("float32", _FLOATS),
    2: ("uint8", _INTS),
    3: ("int8", _INTS),
    4: ("uint16", _INTS),
    5: ("int16", _INTS),
    6: ("int32", _INTS),
    7: ("int64", _LONGS),
    10: ("float16", _INTS),
    11: ("float64", _DOUBLES),
    12: ("uint32", _ULONGS),
    13: ("uint64", _ULONGS),
    16: (BFLOAT16, _INTS),
}
_OTHERS = {8: "str", 9: "bool", 14: "complex64", 15: "complex128"}


def read_tensor(
    source: Source, start: int, end: int, names: NameBudget, *, name: str | None = None
) -> Tensor:
    """Return the TensorProto between two offsets as a tensor; `name` replaces its own name.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    dims: list[int] = []
    code, own, values = 0, "", list[Field]()
    for field in fields(source, start, end):
        if field.number == _DIMS:
            dims += field.numbers(source, most=MOST_AXES)
            check_shape(tuple(dims))
        elif field.number == _TYPE:
            code = field.value
        elif field.number == _NAME:
            own = field.name(source, names)
        elif field.number in _VALUES:
            values.append(field)
        else:
            _check_whole(field)
    dtype, _ = _TYPES.get(code, (_OTHERS.get(code, f"type {code}"), 0))
    shape = tuple(dims)
    load = partial(_load, source, code, tuple(values), shape)
    return Tensor(name=own if name is None else name, shape=shape, dtype=dtype, load=load)


def _check_whole(field: Field) -> None:
    if field.number == _EXTERNAL or (field.number == _LOCATION and field.value):
        raise UnsupportedWeights(
            sentence(
                "The model keeps its weights in another file (external data), and other files "
                "are never opened; a model saved in one file would work."
            )
        )
    if field.number == _SEGMENT:
        raise UnsupportedWeights(
            sentence("The model cuts a tensor in segments; a whole one would work.")
        )


def _load(source: Source, code: int, values: tuple[Field, ...], shape: tuple[int, ...]) -> Stored:
    word, own = _TYPES[code]
    stored = np.dtype("<u2") if word == BFLOAT16 else np.dtype(word).newbyteorder("<")
    held = [field for field in values if field.end > field.start]
    if not held:
        return from_bytes(b"", stored, shape)
    if len(held) > 1 or not held[0].framed or held[0].number not in (_RAW, own):
        raise BrokenWeights(
            sentence(
                "The values of a tensor are in several places; the same weights saved again "
                "would work."
            )
        )
    if held[0].number in (_INTS, _LONGS, _ULONGS):
        return _from_varints(source, held[0], stored, shape)
    check_nbytes(held[0].nbytes, stored, shape)
    return from_bytes(held[0].data(source), stored, shape)


def _from_varints(
    source: Source, held: Field, stored: np.dtype[np.generic], shape: tuple[int, ...]
) -> Stored:
    """Return values packed as varints; 16-bit floats are stored as their bit patterns."""
    count = math.prod(shape)
    if held.nbytes > LONGEST * count:
        raise BrokenWeights(
            sentence(
                "A tensor has more values than its shape; the same weights saved again would work."
            )
        )
    bits = stored if stored.kind in "iu" else np.dtype("<u2")
    found = varints(held.data(source), count).astype(bits)  # keeps the lower bits
    return from_bytes(found.tobytes(), stored, shape)
