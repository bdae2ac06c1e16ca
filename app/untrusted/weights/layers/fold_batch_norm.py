"""Folds a BatchNorm into the convolution before it: exactly, in float64."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def scale_and_shift(parts: Mapping[str, Array], epsilon: float) -> tuple[Array, Array]:
    """Return what a BatchNorm multiplies each channel by, and what it adds.

    gamma (x - mean) / sqrt(variance + epsilon) + beta: Ioffe & Szegedy, "Batch Normalization" (2015), with the
    moving statistics. Parts that the file does not have are those that change nothing.

    Shapes: all (F,).
    """
    mean, variance = parts["mean"], parts["variance"]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scale = parts.get("gamma", np.ones_like(mean)) / np.sqrt(variance + epsilon)
        return scale, parts.get("beta", np.zeros_like(mean)) - mean * scale
