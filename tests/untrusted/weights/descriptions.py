"""Builds descriptions of weight files for tests, from arrays by name."""

from collections.abc import Mapping

import numpy as np

from app.engine.spec.stack import FILTERS, KERNELS
from app.untrusted.weights.description import Chain, Description, Format, Operation, Tensor
from app.untrusted.weights.limits import Limits

LIMITS = Limits(filters=FILTERS, kernels=KERNELS)


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    """Return normal values of standard deviation 0.3."""
    return np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)


def described(
    arrays: Mapping[str, np.ndarray],
    format: Format = "safetensors",
    operations: tuple[Operation, ...] | None = None,
    chains: tuple[Chain, ...] = (),
) -> Description:
    """Return the description of a file that holds these arrays."""
    tensors = {
        name: Tensor(name=name, shape=array.shape, dtype=str(array.dtype), load=array.copy)
        for name, array in arrays.items()
    }
    return Description(format=format, tensors=tensors, operations=operations, chains=chains)
