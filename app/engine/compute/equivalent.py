"""The full bank of F x C kernels that computes the same as a layer of any kind."""

import numpy as np
from numpy.typing import NDArray

from app.engine.spec.geometry import Kind

Float = NDArray[np.float32]


def full_bank(kind: Kind, weight: Float, pointwise: Float | None, groups: int) -> Float:
    """Return the equivalent full bank of a layer, with zero kernels for channels that a filter does not
    read.

    In a factored layer each kernel is a sum over the intermediate channels between its input and its
    output: of pointwise[f, c'] * weight[c'] if separable, of weight[f, i] * pointwise[i, c] if
    pointwise-first.

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
    """Return the ungrouped bank, (F, C, kh, kw), equal to this grouped one, (F, C // groups, kh, kw)."""
    if groups == 1:
        return weight
    filters, each, height, width = weight.shape
    full = np.zeros((filters, each * groups, height, width), weight.dtype)
    for group, some in enumerate(np.split(np.arange(filters), groups)):
        full[some, group * each : (group + 1) * each] = weight[some]
    return full
