"""Reads the bytes of a file as a worker does: from a path, whose name says nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from app.engine.spec.stack import FILTERS, KERNELS
from app.untrusted.weights.description import Description, Operation
from app.untrusted.weights.jobs import opened
from app.untrusted.weights.limits import Limits

LIMITS = Limits(filters=FILTERS, kernels=KERNELS)


@contextmanager
def opened_bytes(data: bytes, limits: Limits = LIMITS) -> Iterator[Description]:
    """Describe a file that has these bytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        with opened(path, limits) as description:
            yield description


def values(data: bytes) -> dict[str, np.ndarray]:
    """Return all tensors of a file."""
    with opened_bytes(data) as description:
        return {name: tensor.load() for name, tensor in description.tensors.items()}


def operations(data: bytes) -> tuple[Operation, ...]:
    """Return the operations that a file states."""
    with opened_bytes(data) as description:
        assert description.operations is not None
        return description.operations


def kinds(data: bytes) -> list[list[str]]:
    """Return the kinds of the operations in each chain of a file."""
    with opened_bytes(data) as description:
        return [[each.kind for each in chain] for chain in description.chains]
