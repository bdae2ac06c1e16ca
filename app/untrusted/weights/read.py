"""Reads an untrusted weight file, whose format is recognised by its content, never by its name."""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from app.messages import sentence
from app.untrusted.weights import hdf5
from app.untrusted.weights.convolution import Order
from app.untrusted.weights.errors import NotWeights, UnsupportedWeights, WeightsTooLarge
from app.untrusted.weights.guess import guess_convolutions
from app.untrusted.weights.hdf5 import read_hdf5
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.npy import MAGIC as NPY
from app.untrusted.weights.npy import read_npy, read_npz
from app.untrusted.weights.onnx import read_onnx, starts_onnx
from app.untrusted.weights.safetensors import read_safetensors, starts_safetensors
from app.untrusted.weights.source import Source
from app.untrusted.weights.tensor import Tensor
from app.untrusted.weights.weights import Format, WeightFile, gather
from app.untrusted.weights.zips import Members

_KERAS_WEIGHTS = "model.weights.h5"


def read(file: bytes | BinaryIO, *, limits: Limits) -> WeightFile:
    """Read the contents of a weight file; `file` is its bytes, or a seekable file open for reading.

    Only headers are read here. Nothing is unpickled, and no other file is opened.

    Raises:
        WeightsError: `message` says what was found and what would work.
    """
    stream = BytesIO(file) if isinstance(file, bytes) else file
    size = stream.seek(0, 2)
    if size > limits.max_bytes:
        raise WeightsTooLarge(
            sentence(
                "The file has {size:,} bytes; up to {most:,} would work.",
                size=size,
                most=limits.max_bytes,
            )
        )
    source = Source(stream, size)
    head = source.read(0, min(size, 16))
    if head.startswith(b"PK"):
        return _read_zip(source, limits)
    if head.startswith(hdf5.MAGIC):
        return _guessed("HDF5", read_hdf5(source, limits), limits, order="HWIO")
    if head.startswith(NPY):
        return _guessed("npy", read_npy(source), limits)
    if starts_safetensors(head):
        return _guessed("safetensors", read_safetensors(source, limits), limits, order="OIHW")
    if starts_onnx(head):
        tensors, convolutions = read_onnx(source, limits)
        return gather("ONNX", tensors, convolutions, limits)
    raise _unknown(head)


def _read_zip(source: Source, limits: Limits) -> WeightFile:
    members = Members(source, limits)
    names = members.sizes
    if _KERAS_WEIGHTS in names:
        tensors = read_hdf5(members.source(_KERAS_WEIGHTS), limits)
        return _guessed("Keras", tensors, limits, order="HWIO")
    if any(name.endswith("data.pkl") for name in names):
        raise _pickled()
    if any(name.endswith(".npy") for name in names):
        return _guessed("npz", read_npz(members), limits)
    raise NotWeights(
        sentence(
            "The zip file is neither an .npz nor a .keras file; .npz, .safetensors, "
            ".weights.h5, .keras or .onnx would work."
        )
    )


def _guessed(
    format: Format, tensors: Sequence[Tensor], limits: Limits, *, order: Order | None = None
) -> WeightFile:
    return gather(format, tensors, guess_convolutions(tensors, limits, order=order), limits)


def _unknown(head: bytes) -> NotWeights | UnsupportedWeights:
    if not head:
        return NotWeights(
            sentence(
                "The file is empty; .npz, .safetensors, .weights.h5, .keras or .onnx would work."
            )
        )
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return _pickled()
    return NotWeights(
        sentence(
            "The file is in none of the formats that are read; .npz, .safetensors, "
            ".weights.h5, .keras or .onnx would work."
        )
    )


def _pickled() -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "The file is pickled, as torch.save writes it, and pickles can run code, so they "
            "are never read; the same weights saved by safetensors.torch.save_file would "
            "work."
        )
    )
