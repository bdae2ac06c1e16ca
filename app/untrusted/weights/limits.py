"""What a weight file may cost, and which convolutions fit the stack."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The largest file that is read; the `filters` and `kernels` that a layer can have."""

    filters: range
    kernels: range
    max_bytes: int = 64 * 2**20
    max_tensors: int = 4096
