"""Imported weights as they are stored: two layers and how they were read, in one file."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.lab.keep.stores.base import Kind
from app.messages import Message

DAMAGED = (zipfile.BadZipFile, ValueError, KeyError, EOFError, TypeError)
Float = NDArray[np.float32]

_ARRAYS = ("weight", "bias", "pointwise")
_TEXTS = ("format", "layers", "first", "second", "first_order", "second_order")
_REMARKS = ("followed", "unfollowed", "guessed")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where weights came from: the file's format, the two tensors, the axis order of each, and what is said about
    how they were read. `layers` is what their name says of both.
    """

    format: str
    layers: str
    first: str
    second: str
    first_order: str
    second_order: str
    relation: Message
    followed: tuple[Message, ...] = ()
    unfollowed: tuple[Message, ...] = ()
    guessed: tuple[Message, ...] = ()


@dataclass(frozen=True, eq=False)
class StoredLayer:
    """The weights of one layer, of any kind; shapes as in `FilterBank`."""

    weight: Float
    bias: Float
    pointwise: Float | None = None


@dataclass(frozen=True, eq=False)
class StoredWeights:
    """Two layers, the second of which reads the maps of the first."""

    layers: tuple[StoredLayer, StoredLayer]
    origin: Origin

    @property
    def nbytes(self) -> int:
        """Return the bytes of all arrays."""
        return sum(array.nbytes for array in _arrays(self).values())

    def name(self, key: str) -> str:
        """Return the name of the weights, given their content id."""
        return f"{self.origin.layers}-{key}"


def serialise(one: StoredWeights) -> memoryview:
    """Serialise imported weights to a file."""
    origin = one.origin
    facts = {name: getattr(origin, name) for name in _TEXTS}
    facts |= {name: [_plain(each) for each in getattr(origin, name)] for name in _REMARKS}
    facts["relation"] = _plain(origin.relation)
    text = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, **_arrays(one), facts=text)  # type: ignore[arg-type]
    return file.getbuffer()


def deserialise(file: BinaryIO) -> StoredWeights:
    """Read imported weights from a file.

    Raises:
        One of DAMAGED: the file is incomplete, or of an earlier version.
    """
    with np.load(file, allow_pickle=False) as stored:
        facts = json.loads(stored["facts"].tobytes())
        arrays = {name: stored[name] for name in stored.files if name != "facts"}
    for array in arrays.values():
        array.setflags(write=False)
    facts |= {name: tuple(map(_message, facts[name])) for name in _REMARKS}
    origin = Origin(**facts | {"relation": _message(facts["relation"])})
    first, second = (
        StoredLayer(
            arrays[f"weight{number}"], arrays[f"bias{number}"], arrays.get(f"pointwise{number}")
        )
        for number in (1, 2)
    )
    return StoredWeights((first, second), origin)


def _arrays(one: StoredWeights) -> dict[str, Float]:
    return {
        f"{name}{number}": array
        for number, layer in enumerate(one.layers, 1)
        for name in _ARRAYS
        if (array := getattr(layer, name)) is not None
    }


def _plain(value: object) -> Any:
    """Return a message as values of JSON; other values as they are."""
    if not isinstance(value, Message):
        return value
    return {
        "text": value.text,
        "values": {name: _plain(each) for name, each in value.values},
        "several": value.several,
        "count": value.count,
    }


def _message(plain: Any) -> Message:
    return Message(
        text=plain["text"],
        values=tuple(
            (name, _message(each) if isinstance(each, dict) else each)
            for name, each in plain["values"].items()
        ),
        several=plain["several"],
        count=plain["count"],
    )


WEIGHTS = Kind("weights", serialise, deserialise, DAMAGED)
