"""Weights in several files, together in a zip file with the index that names them."""

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from io import BytesIO
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray
from safetensors import deserialize

from app.messages import sentence
from app.shown_text import shown_text
from app.untrusted.weights.description import Description
from app.untrusted.weights.errors import UnsupportedWeights, WeightsTooLarge
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.readers.hdf5 import Walk
from app.untrusted.weights.readers.keras import describe_keras
from app.untrusted.weights.readers.safetensors import TYPES, check_header
from app.untrusted.weights.readers.tensors import Tensors, dtype_name, refusing
from app.untrusted.weights.readers.zips import Members

_MOST_SHARDS = 8
_MOST_SHARD = 32 * 2**20  # bytes; a part of a zip file is read as a whole, and copied once


def read_safetensors_shards(members: Members, names: Sequence[str], limits: Limits) -> Description:
    """Describe the tensors of all the .safetensors members of a zip file.

    Raises:
        BrokenWeights, UnsupportedWeights, WeightsTooLarge: the message says what would work.
    """
    _check(members, names, limits)
    tensors = Tensors("safetensors", limits)
    for name in names:
        for key, values in _shard(members, name).items():
            read = partial(_one, members, name, key)
            tensors.add(key, values.shape, dtype_name(values.dtype), values.nbytes, read)
    return Description(format="safetensors", tensors=tensors.found)


def read_keras_shards(
    members: Members, names: Sequence[str], limits: Limits, stack: ExitStack, config: str | None
) -> Description:
    """Describe the weights in all the HDF5 members of a zip file.

    Raises:
        BrokenWeights, UnsupportedWeights, WeightsTooLarge: the message says what would work.
    """
    _check(members, names, limits)
    walk = Walk(limits)
    for name in names:
        walk.read(BytesIO(members.read(name)), stack)
    return describe_keras(walk.contents, config)


def _shard(members: Members, name: str) -> dict[str, NDArray[Any]]:
    data = members.read(name, most=_MOST_SHARD)
    check_header(data[:8])
    with refusing("safetensors"):
        return {
            key: np.frombuffer(part["data"], _type(part["dtype"])).reshape(part["shape"])
            for key, part in deserialize(data)  # type: ignore[no-untyped-call]
        }


def _type(word: str) -> np.dtype[Any]:
    if word not in TYPES:
        raise UnsupportedWeights(
            sentence(
                "A tensor of the file has the type {word}; F32 would work.", word=shown_text(word)
            )
        )
    name = TYPES[word]
    return np.dtype(getattr(ml_dtypes, name, name))


def _one(members: Members, name: str, key: str) -> NDArray[Any]:
    return _shard(members, name)[key]


def _check(members: Members, names: Sequence[str], limits: Limits) -> None:
    if len(names) > _MOST_SHARDS:
        raise UnsupportedWeights(
            sentence(
                "The weights are in {count:,} files; up to {most} in one zip file would work.",
                count=len(names),
                most=_MOST_SHARDS,
            )
        )
    nbytes = sum(members.sizes[name] for name in names)
    if nbytes > limits.max_bytes:
        raise WeightsTooLarge(
            sentence(
                "The weights unpack to {nbytes:,} bytes; up to {most:,} would work.",
                nbytes=nbytes,
                most=limits.max_bytes,
            )
        )
