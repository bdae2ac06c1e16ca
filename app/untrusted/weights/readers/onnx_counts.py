"""Counts what an ONNX model would take, before it is parsed: its messages and numbers, by keys and lengths alone.

The parser builds everything at once, and small files ask it for hundreds of megabytes.
"""

import math
from functools import cache
from typing import NamedTuple

import numpy as np
import onnx
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights

_MOST_FIELDS = 300_000
_MOST_DEPTH = 32
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_LONGEST = 10  # bytes of a varint
_PACKED_FIXED = {  # numbers that take as many bytes in the file as in memory
    FieldDescriptor.TYPE_FLOAT,
    FieldDescriptor.TYPE_DOUBLE,
    FieldDescriptor.TYPE_STRING,
    FieldDescriptor.TYPE_BYTES,
}
_DIMS = 1  # of TensorProto


class _Facts(NamedTuple):
    message: Descriptor | None
    packed: bool  # numbers of one byte or more each


def check_counts(data: bytes) -> None:
    """Refuse a model with very many fields or numbers, or that nests very deeply.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    _Count(data).message(0, len(data), onnx.ModelProto.DESCRIPTOR, 0)


class _Count:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _MOST_FIELDS

    def message(self, place: int, end: int, kind: Descriptor, depth: int) -> None:
        if depth > _MOST_DEPTH:
            raise _too_much()
        is_tensor = kind is onnx.TensorProto.DESCRIPTOR
        facts, dims, numbers = _facts(kind), list[int](), 0
        while place < end:
            self._take(1)
            key, place = self._varint(place, end)
            wire, number = key & 7, key >> 3
            if wire == _VARINT:
                value, place = self._varint(place, end)
                dims += [value] if is_tensor and number == _DIMS else []
                continue
            length, place = self._length(wire, place, end)
            known = facts.get(number) if wire == _BYTES else None
            if known and known.message:
                self.message(place, place + length, known.message, depth + 1)
            elif known and known.packed:
                found = self._numbers(place, length)
                if is_tensor and number == _DIMS:
                    self._take(found)
                elif is_tensor:
                    numbers += found
                else:
                    self._take(found)
            place += length
        if numbers > self._values(dims):
            raise BrokenWeights(
                sentence(
                    "A tensor of the model has more values than its shape; the same weights saved "
                    "again would work."
                )
            )

    def _length(self, wire: int, place: int, end: int) -> tuple[int, int]:
        if wire == _BYTES:
            length, place = self._varint(place, end)
        elif wire in (_EIGHT, _FOUR):
            length = 8 if wire == _EIGHT else 4
        else:
            raise _damaged()
        if place + length > end:
            raise _damaged()
        return length, place

    def _varint(self, place: int, end: int) -> tuple[int, int]:
        value = 0
        for index, byte in enumerate(self._data[place : min(place + _LONGEST, end)]):
            value |= (byte & 127) << 7 * index
            if byte < 128:
                return value, place + index + 1
        raise _damaged()

    def _numbers(self, place: int, length: int) -> int:
        part = np.frombuffer(self._data, np.uint8, length, place) if length else np.empty(0)
        return int(np.count_nonzero(part < 128))

    def _values(self, dims: list[int]) -> int:
        # Packed dimensions, which no writer makes, are allowed for: their tensor is as large as the file at most.
        return math.prod(dims) if dims else len(self._data) // 8

    def _take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise _too_much()


@cache
def _facts(kind: Descriptor) -> dict[int, _Facts]:
    return {
        field.number: _Facts(
            field.message_type, field.is_repeated and field.type not in _PACKED_FIXED
        )
        for field in kind.fields
    }


def _damaged() -> BrokenWeights:
    return BrokenWeights(
        sentence(
            "The model has a part that is longer than what holds it, or of no known kind: it is cut "
            "off or damaged; the same weights saved again would work."
        )
    )


def _too_much() -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "The model has more than {fields:,} parts and settings, or nests them deeper than {depth}; "
            "a smaller one would work.",
            fields=_MOST_FIELDS,
            depth=_MOST_DEPTH,
        )
    )
