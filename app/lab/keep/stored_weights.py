"""Imported weights as they are stored: two banks and their description, in one file."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from app.lab.keep.stores.base import Kind

DAMAGED = (zipfile.BadZipFile, ValueError, KeyError, EOFError, TypeError)


@dataclass(frozen=True)
class Origin:
    """Where weights came from: the file's format, the two tensors, and the axis order of each."""

    format: str
    first: str
    second: str
    first_order: str
    second_order: str


@dataclass(frozen=True, eq=False)
class StoredWeights:
    """Two consecutive convolutions.

    Shapes:
        weights  (F, C // groups, kh, kw) of each layer, float32
        biases   (F,) of each layer, float32
    """

    weights: tuple[NDArray[np.float32], NDArray[np.float32]]
    biases: tuple[NDArray[np.float32], NDArray[np.float32]]
    origin: Origin

    @property
    def nbytes(self) -> int:
        """Return the bytes of all arrays."""
        return sum(array.nbytes for array in (*self.weights, *self.biases))


def serialise(one: StoredWeights) -> memoryview:
    """Serialise imported weights to a file."""
    facts = np.frombuffer(json.dumps(asdict(one.origin)).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(
        file,
        weight1=one.weights[0],
        weight2=one.weights[1],
        bias1=one.biases[0],
        bias2=one.biases[1],
        facts=facts,
    )
    return file.getbuffer()


def deserialise(file: BinaryIO) -> StoredWeights:
    """Read imported weights from a file.

    Raises:
        One of DAMAGED: the file is incomplete.
    """
    with np.load(file, allow_pickle=False) as stored:
        origin = Origin(**json.loads(stored["facts"].tobytes()))
        arrays = [stored[name] for name in ("weight1", "weight2", "bias1", "bias2")]
    for array in arrays:
        array.setflags(write=False)
    return StoredWeights((arrays[0], arrays[1]), (arrays[2], arrays[3]), origin)


WEIGHTS = Kind("weights", serialise, deserialise, DAMAGED)
