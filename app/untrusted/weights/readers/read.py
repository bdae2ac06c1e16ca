"""Reads an untrusted weight file, whose format is recognised by its content, into a description."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.messages import sentence
from app.untrusted.weights.description import Description
from app.untrusted.weights.errors import BrokenWeights, WeightsTooLarge
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.readers.hdf5 import Walk
from app.untrusted.weights.readers.keras import describe_keras
from app.untrusted.weights.readers.npy import read_npy, read_npz
from app.untrusted.weights.readers.onnx_model import read_onnx
from app.untrusted.weights.readers.safetensors import read_safetensors
from app.untrusted.weights.readers.sharded import read_keras_shards, read_safetensors_shards
from app.untrusted.weights.readers.zips import Members
from app.untrusted.weights.recognise import HEAD, check_accepted, recognise, refused_zip

_KERAS_WEIGHTS = "model.weights.h5"
_KERAS_SHARD = re.compile(r".*_\d{5}\.weights\.h5|.*\.weights\.h5")
_MOST_CONFIG = 8 * 2**20  # bytes


@contextmanager
def described(path: Path, limits: Limits) -> Iterator[Description]:
    """Describe a weight file. Only headers are read; tensors can be loaded inside the context.

    Raises:
        WeightsError: `message` says what was found and what would work.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise WeightsTooLarge(
            sentence(
                "The file has {size:,} bytes; up to {most:,} would work.",
                size=size,
                most=limits.max_bytes,
            )
        )
    with ExitStack() as stack:
        yield _read(path, size, limits, stack)


def _read(path: Path, size: int, limits: Limits, stack: ExitStack) -> Description:
    file = stack.enter_context(path.open("rb"))
    found = recognise(file.read(HEAD))
    file.seek(0)
    if found == "zip":
        return _read_zip(Members(file, limits), limits, stack)
    if found == "hdf5":
        walk = Walk(limits)
        walk.read(str(path), stack)
        description = describe_keras(walk.contents)
        check_accepted("keras" if description.format == "Keras" else "hdf5", limits.formats)
        return description
    check_accepted(found, limits.formats)
    if found == "npy":
        return read_npy(file, size, limits)
    if found == "safetensors":
        return read_safetensors(path, limits, stack)
    return read_onnx(file.read(), limits)


def _read_zip(members: Members, limits: Limits, stack: ExitStack) -> Description:
    names = members.sizes
    keras = [name for name in names if name == _KERAS_WEIGHTS] or [
        name for name in names if _KERAS_SHARD.fullmatch(name)
    ]
    if keras:
        check_accepted("keras", limits.formats)
        config = _config(members) if "config.json" in names else None
        return read_keras_shards(members, keras, limits, stack, config)
    shards = [name for name in names if name.endswith(".safetensors")]
    if shards:
        check_accepted("safetensors", limits.formats)
        return read_safetensors_shards(members, shards, limits)
    onnx = [name for name in names if name.endswith(".onnx")]
    if any(name.endswith(".npy") for name in names):
        check_accepted("npz", limits.formats)
        return read_npz(members, limits)
    if len(onnx) == 1 and len(names) == 1:
        check_accepted("onnx", limits.formats)
        return read_onnx(members.read(onnx[0]), limits)
    raise refused_zip(names)


def _config(members: Members) -> str:
    try:
        return members.read("config.json", most=_MOST_CONFIG).decode()
    except UnicodeDecodeError as error:
        raise BrokenWeights(
            sentence(
                "The configuration in the Keras file is no text; the model saved again would work."
            )
        ) from error
