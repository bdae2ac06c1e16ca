"""Limits on weight files, and on the convolutions that fit the stack."""

from dataclasses import dataclass

FORMATS = ("npz", "npy", "safetensors", "keras", "hdf5", "onnx")  # as WEIGHT_FORMATS names them


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The largest file that is read, and the numbers of `filters` and sides of `kernels` that a layer can have.

    `max_name` is the length of a name, `max_names` that of all names of a file together, in characters.
    `formats` are those that are accepted, of FORMATS.
    """

    filters: range
    kernels: range
    max_bytes: int = 64 * 2**20
    max_tensors: int = 4096
    max_name: int = 4096
    max_names: int = 2 * 2**20
    formats: tuple[str, ...] = FORMATS
