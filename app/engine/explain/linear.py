"""A value of a piecewise linear stack as the linear function of the image that it equals for that image."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.engine.arrays import Float
from app.engine.compute.activations import LEAKY_SLOPE
from app.engine.compute.trace import Trace
from app.engine.spec import windows
from app.engine.spec.stack import Activation, LayerSpec
from app.engine.spec.windows import OUTSIDE, Places

Double = NDArray[np.float64]

# The slope of each piecewise linear activation for values that are not positive.
NEGATIVE_SLOPES: Mapping[Activation, np.float32] = {
    "linear": np.float32(1),
    "relu": np.float32(0),
    "leaky_relu": LEAKY_SLOPE,
}


@dataclass(frozen=True, eq=False)
class WeightedSum:
    """A value as a weighted sum of pixels of the maps at one level of the stack, plus a bias.

    Shapes:
        weights  (C, m, n)  of the pixels at these m rows and n columns
        rows     (m,)
        columns  (n,)
    """

    weights: Double
    rows: Places
    columns: Places
    bias: float


def is_piecewise(activation: Activation) -> bool:
    """Return whether the activation is piecewise linear."""
    return activation in NEGATIVE_SLOPES


def slopes(activation: Activation, preactivation: ArrayLike) -> Double:
    """Return the slope of a piecewise linear activation at these values; at a kink, that for negative values.

    Shapes: any; the result has the shape of `preactivation`.
    """
    return np.where(np.greater(preactivation, 0), 1, np.float64(NEGATIVE_SLOPES[activation]))


def as_weighted_sum(
    trace: Trace, layer: int, channel: int, row: int, col: int, *, pooled: bool = False
) -> WeightedSum:
    """Return the pre-activation of one pixel as a weighted sum of image pixels and a bias.

    With `pooled` the value is a pixel of the layer's output, after activation and pool. The activations below it
    must be piecewise linear.

    Shapes: the weights of the result are (C, h, w), for h rows and w columns of the image.
    """
    weights = np.zeros((trace.spec.output_shape(layer)[0], 1, 1))
    weights[channel] = 1
    seen = WeightedSum(weights, np.array([row]), np.array([col]), 0.0)
    if pooled:
        seen = _through_output(trace, layer, seen)
    seen = through_layer(trace, layer, seen)
    if layer == 1:
        return seen
    return through_layer(trace, 1, _through_output(trace, 1, _through_muting(trace, seen)))


def max_pool_winners(values: Float) -> NDArray[np.bool_]:
    """Return which value of each window a max pool takes: the greatest; of equal ones, the first in reading
    order.

    Shapes:
        values, return  (..., p, p)
    """
    flat = values.reshape(*values.shape[:-2], values.shape[-2] * values.shape[-1])
    first = flat.argmax(axis=-1)[..., None]
    won: NDArray[np.bool_] = np.arange(flat.shape[-1]) == first
    return won.reshape(values.shape)


def through_layer(trace: Trace, number: int, seen: WeightedSum) -> WeightedSum:
    """Express a sum of pre-activations of a layer as a sum of values of the layer's input.

    Shapes:
        seen.weights    (F, m, n)
        return.weights  (C, u, v)  for the u rows and v columns that the windows read
    """
    layer, (channels, *input_hw) = trace.layers[number - 1], trace.spec.input_shape(number)
    used = np.flatnonzero(seen.weights.any(axis=(1, 2)))
    kernels = layer.bank.full[used].astype(np.float64)
    spread = np.tensordot(seen.weights[used], kernels, (0, 0))  # (m, n, C, kh, kw)
    m, n, _, kernel_rows, kernel_columns = spread.shape
    spread = spread.transpose(2, 0, 3, 1, 4).reshape(channels, m * kernel_rows, n * kernel_columns)
    all_rows, all_columns = windows.tap_sources(layer.spec, (input_hw[0], input_hw[1]))
    rows, down = _gathered(all_rows[seen.rows])  # (u,), (u, m * kh)
    columns, across = _gathered(all_columns[seen.columns])  # (v,), (v, n * kw)
    bias = seen.bias + float(seen.weights.sum(axis=(1, 2)) @ layer.bank.bias)
    return WeightedSum(down @ spread @ across.T, rows, columns, bias)


def _gathered(places: Places) -> tuple[Places, Double]:
    """Return the distinct inputs that taps read, (u,), and which tap (column) reads which input (row)."""
    inputs = np.unique(places[places != OUTSIDE])
    return inputs, (inputs[:, None] == places.ravel()).astype(np.float64)


def _through_muting(trace: Trace, seen: WeightedSum) -> WeightedSum:
    """Express a sum of values that layer 2 reads as a sum of layer 1's output: muted maps have weight 0."""
    if trace.muted_output is None:
        return seen
    pixels = (slice(None), seen.rows[:, None], seen.columns)
    muted = (trace.muted_output[pixels] == 0) & (trace.layers[0].output[pixels] != 0)
    return replace(seen, weights=np.where(muted, 0, seen.weights))


def _through_output(trace: Trace, number: int, seen: WeightedSum) -> WeightedSum:
    """Express a sum of values of a layer's output as a sum of its pre-activations."""
    seen, layer = through_pool(trace, number, seen), trace.layers[number - 1]
    before = layer.preactivation[:, seen.rows[:, None], seen.columns]
    return replace(seen, weights=seen.weights * slopes(layer.spec.activation, before))


def through_pool(trace: Trace, number: int, seen: WeightedSum) -> WeightedSum:
    """Express a sum of values of a layer's output as a sum of its activations; the same without a pool.

    Shapes, for a pool of size p:
        seen.weights    (F, m, n)
        return.weights  (F, m * p, n * p)
    """
    layer, (_, *input_hw) = trace.layers[number - 1], trace.spec.input_shape(number)
    rows, columns = windows.pool_sources(layer.spec, (input_hw[0], input_hw[1]))
    rows, columns = rows[seen.rows], columns[seen.columns]  # (m, p), (n, p)
    pixels = (slice(None), rows[:, None, :, None], columns[None, :, None, :])
    kept = _kept_by_pool(layer.spec, layer.activation[pixels])  # (C, m, n, p, p)
    weights = (seen.weights[..., None, None] * kept).transpose(0, 1, 3, 2, 4)  # (C, m, p, n, p)
    weights = weights.reshape(len(weights), rows.size, columns.size)
    return WeightedSum(weights, rows.ravel(), columns.ravel(), seen.bias)


def _kept_by_pool(spec: LayerSpec, values: Float) -> Double:
    if spec.pool == "average":
        return np.full(values.shape, 1 / spec.pool_size**2)
    return max_pool_winners(values).astype(np.float64)
