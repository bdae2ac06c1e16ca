"""Two linear layers composed into the single layer that they equal.

A tap of layer 2 reads a map of layer 1, whose taps read the image. So the weight of an image pixel is a sum of
products: over the maps of layer 1, and over all pairs of taps that lead to that pixel. This is exact for every
kernel, stride, dilation and kind of layer; a pool or an activation between the layers is refused. The composed
layer pads the image, in the padding mode of layer 1, by the padding of both layers together. Where a window of
layer 2 lies on padding the two may differ: the stack reads the padding itself (zeros, say), the composed layer
reads the response of layer 1 to a padded image.
"""

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from app.engine.compute.trace import FilterBank
from app.engine.errors import SpecError
from app.engine.spec import geometry
from app.engine.spec.geometry import AxisReceptiveField, Count
from app.engine.spec.stack import StackSpec
from app.messages import sentence

Double = NDArray[np.float64]
Pair = tuple[int, int]

# The composed layer may cost many times what the two layers do; no request should wait that long.
MOST_WEIGHTS = 10**6
MOST_MULTIPLY_ADDS = 2 * 10**9
TOO_MANY_WEIGHTS = sentence(
    "{field} makes one layer of {count:,} weights; at most {most:,}, with smaller kernels, fewer filters or "
    "a smaller size, would work."
)
TOO_MANY_MULTIPLY_ADDS = sentence(
    "{field} makes one layer of {count:,} multiply-adds; at most {most:,}, with smaller kernels, fewer "
    "filters or a smaller size, would work."
)


@dataclass(frozen=True, eq=False)
class OneLayer:
    """The single layer that two linear layers equal, in float64.

    Shapes:
        weight  (F, C, kh, kw)
        bias    (F,)

    `padding` is ((top, bottom), (left, right)) in pixels; a negative number crops instead.
    """

    weight: Double
    bias: Double
    stride: int
    dilation: int
    padding: tuple[Pair, Pair]


def check_composable(spec: StackSpec) -> None:
    """Refuse two layers that are not linear together, or whose composed layer would cost too much.

    Raises:
        SpecError: names the setting to change.
    """
    for number, layer in enumerate(spec.layers, 1):
        if layer.activation != "linear":
            raise SpecError(
                f"activation{number}",
                sentence(
                    "{field} is {given}, and only linear layers equal one; linear would work.",
                    given=layer.activation,
                ),
            )
        if layer.pool != "none":
            raise SpecError(
                f"pool{number}",
                sentence(
                    "{field} is {given}, and no layer equals a pool; none would work.",
                    given=layer.pool,
                ),
            )
    for message, count, most in (
        (TOO_MANY_WEIGHTS, weights(spec), MOST_WEIGHTS),
        (TOO_MANY_MULTIPLY_ADDS, multiply_adds(spec), MOST_MULTIPLY_ADDS),
    ):
        if count.value > most:
            raise SpecError("kernel2", message.having(count=count.value, most=most))


def weights(spec: StackSpec) -> Count:
    """Count the weights of the composed layer."""
    return geometry.weights(spec.output_shape(2)[0], kernel(spec), spec.channels)


def multiply_adds(spec: StackSpec) -> Count:
    """Count the multiply-adds of the composed layer."""
    filters, *output_hw = spec.output_shape(2)
    return geometry.multiply_adds(
        filters, kernel(spec), spec.channels, (output_hw[0], output_hw[1])
    )


def kernel(spec: StackSpec) -> Pair:
    """Return the height and width of the kernels of the composed layer, in taps."""
    rows, columns = ((_axis_field(spec, axis).size - 1) // _dilation(spec) + 1 for axis in (0, 1))
    return rows, columns


def compose(spec: StackSpec, banks: tuple[FilterBank, FilterBank]) -> OneLayer:
    """Compose both layers into the single layer that they equal.

    Shapes: of the result, see `OneLayer`.

    Raises:
        SpecError: the layers cannot be composed.
    """
    check_composable(spec)
    first, second = (bank.full.astype(np.float64) for bank in banks)  # (F, C, kh, kw)
    weight = _weight(spec, first, second)
    bias = banks[1].bias + second.sum(axis=(2, 3)) @ banks[0].bias.astype(np.float64)
    return OneLayer(
        weight=weight,
        bias=bias,
        stride=_axis_field(spec, 0).step,
        dilation=_dilation(spec),
        padding=(_padding(spec, 0), _padding(spec, 1)),
    )


def _axis_field(spec: StackSpec, axis: int) -> AxisReceptiveField:
    """Return the receptive field of layer 2 along an axis, which is the window of the composed layer."""
    field = AxisReceptiveField()
    for number, layer in enumerate(spec.layers, 1):
        before, _ = layer.padding_hw(*spec.input_shape(number)[1:])[axis]
        field = geometry.extend_receptive_field(
            field,
            kernel=layer.kernel[axis],
            stride=layer.stride,
            dilation=layer.dilation,
            padding_before=before,
        )
    return field


def _dilation(spec: StackSpec) -> int:
    """Return the dilation of the composed layer: the widest one that includes every position of a tap pair."""
    first, second = spec.layers
    return gcd(first.dilation, first.stride * second.dilation)


def _padding(spec: StackSpec, axis: int) -> Pair:
    field, outputs = _axis_field(spec, axis), spec.output_shape(2)[1 + axis]
    before = -field.start
    return before, (outputs - 1) * field.step + field.size - before - spec.size


def _weight(spec: StackSpec, first: Double, second: Double) -> Double:
    """Return the weights of the composed layer, (F, C, kh, kw)."""
    near, far, gap = spec.layers[0], spec.layers[1], _dilation(spec)
    weight = np.zeros((len(second), spec.channels, *kernel(spec)))
    # Both in taps of the composed kernel.
    apart, spread = near.dilation // gap, near.stride * far.dilation // gap
    rows, columns = (apart * (taps - 1) + 1 for taps in near.kernel)
    for i, j in np.ndindex(far.kernel):
        met = np.tensordot(second[:, :, i, j], first, 1)  # (F, C, kh1, kw1)
        top, left = spread * i, spread * j
        weight[:, :, top : top + rows : apart, left : left + columns : apart] += met
    return weight
