"""The one bank of F x C kernels that does the same as a layer of any kind."""

import numpy as np
from numpy.typing import NDArray

from app.engine.spec.geometry import Kind

Float = NDArray[np.float32]


def full_bank(kind: Kind, weight: Float, pointwise: Float | None, groups: int) -> Float:
    """Return the equivalent full bank of a layer: zero kernels for what a filter does not read.

    Of a factored layer, each kernel is the sum over the intermediate channels on its way: separable
    pointwise[f, c'] * weight[c'], pointwise-first weight[f, i] * pointwise[i, c].

    Shapes:
        weight, pointwise  as in FilterBank
        return             (F, C, kh, kw)
    """
    if pointwise is None:
        return _spread(weight, groups)
    kernel = weight.shape[2:]
    if kind == "separable":
        channels = groups
        by_channel = weight.reshape(channels, -1, *kernel).astype(np.float64)  # (C, M, kh, kw)
        mixed = pointwise.reshape(len(pointwise), channels, -1)  # (F, C, M)
        full = np.einsum("fcm,cmij->fcij", mixed, by_channel, optimize=True)
    else:
        by_filter = pointwise.reshape(*weight.shape[:2], -1).astype(np.float64)  # (F, M, C)
        full = np.einsum("fmij,fmc->fcij", weight, by_filter, optimize=True)
    return np.ascontiguousarray(full, np.float32)


def _spread(weight: Float, groups: int) -> Float:
    """Return the bank of one group that does what this one, (F, C // groups, kh, kw), does."""
    if groups == 1:
        return weight
    filters, each, height, width = weight.shape
    full = np.zeros((filters, each * groups, height, width), weight.dtype)
    for group, some in enumerate(np.split(np.arange(filters), groups)):
        full[some, group * each : (group + 1) * each] = weight[some]
    return full
