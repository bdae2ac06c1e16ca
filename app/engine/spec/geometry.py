"""Sizes and counts of convolution layers. These formulas stand only here; integers in, integers out.

The output-size arithmetic follows Dumoulin & Visin, "A guide to convolution arithmetic for deep
learning" (2016); `same` follows Keras and ONNX `SAME_UPPER`; receptive fields follow Araujo, Norris &
Sim, "Computing receptive fields of convolutional neural networks" (Distill, 2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul
from typing import Literal

Kind = Literal["standard", "depthwise", "separable", "pointwise_first"]
Padding = Literal["same", "valid"] | int

BYTES_PER_VALUE = 4  # float32


@dataclass(frozen=True, slots=True)
class Count:
    """A number, and the product or sum that gives it, written out with the current settings."""

    value: int
    formula: str


@dataclass(frozen=True, slots=True)
class AxisReceptiveField:
    """The receptive field of an output along one axis, in pixels of the image.

    `size` is its extent, `step` the distance to the field of the next output, and `start` the first pixel of
    the field of output 0.
    """

    size: int = 1
    step: int = 1
    start: int = 0


def effective_size(kernel: int, dilation: int) -> int:
    """Return how many pixels a kernel spans along one axis, including the gaps of the dilation."""
    return dilation * (kernel - 1) + 1


def padding_before_after(
    size: int, *, kernel: int, stride: int, dilation: int, padding: Padding
) -> tuple[int, int]:
    """Return the padding before and after one axis. `same` puts an odd pixel after it (SAME_UPPER)."""
    if padding == "valid":
        return 0, 0
    if padding == "same":
        outputs = -(-size // stride)
        total = max((outputs - 1) * stride + effective_size(kernel, dilation) - size, 0)
        return total // 2, total - total // 2
    return padding, padding


def output_size(size: int, *, kernel: int, stride: int, dilation: int, padding: Padding) -> int:
    """Return how many positions of the kernel fit along one axis; 0 if none does.

    floor((i + p - k') / s) + 1 for i pixels, p pixels of padding in all, effective size k' and stride s: Dumoulin
    & Visin (2016), chapter 2; with dilation, chapter 5.
    """
    before, after = padding_before_after(
        size, kernel=kernel, stride=stride, dilation=dilation, padding=padding
    )
    room = size + before + after - effective_size(kernel, dilation)
    return room // stride + 1 if room >= 0 else 0


def pooled_size(size: int, pool: int) -> int:
    """Return how many whole pool windows fit along one axis; the remainder at the far end is not read."""
    return size // pool


def unread_by_pool(size: int, pool: int) -> range:
    """Return the rows or columns at the far end of a map that no pool window reads."""
    return range(pooled_size(size, pool) * pool, size)


def unread_by_windows(
    size: int, *, kernel: int, stride: int, dilation: int, padding: Padding
) -> range:
    """Return the rows or columns at the far end of an input that lie beyond the last window."""
    axis = {"kernel": kernel, "stride": stride, "dilation": dilation}
    before, _ = padding_before_after(size, padding=padding, **axis)
    placements = output_size(size, padding=padding, **axis)
    read = (placements - 1) * stride + effective_size(kernel, dilation) - before
    return range(min(read, size), size) if placements else range(size)


def block_edge(sizes: tuple[int, int], blocks: int) -> int:
    """Return the side of square blocks such that the longer axis has at most `blocks` of them."""
    return -(-max(sizes) // blocks)


def extend_receptive_field(
    field: AxisReceptiveField, *, kernel: int, stride: int, dilation: int, padding_before: int
) -> AxisReceptiveField:
    """Return the receptive field of a layer's output, given that of the layer's input (Araujo et al.)."""
    return AxisReceptiveField(
        size=field.size + (effective_size(kernel, dilation) - 1) * field.step,
        step=field.step * stride,
        start=field.start - padding_before * field.step,
    )


def extend_through_pool(field: AxisReceptiveField, size: int) -> AxisReceptiveField:
    """Return the receptive field of a pool's output: the pool is a kernel and stride of `size` without padding."""
    return extend_receptive_field(field, kernel=size, stride=size, dilation=1, padding_before=0)


def receptive_field(layers: Sequence[tuple[int, int]]) -> Count:
    """Count the image pixels that one output value depends on along one axis (Araujo et al., 2019).

    `layers` holds the effective kernel size and the stride of each layer, from the image upwards. The product
    of the strides below a layer is the distance between two of its inputs in image pixels.
    """
    steps = accumulate((stride for _, stride in layers[:-1]), mul, initial=1)
    reaches = [(effective, step) for (effective, _), step in zip(layers, steps, strict=True)]
    size = 1 + sum((effective - 1) * step for effective, step in reaches)
    terms = " + ".join(f"{effective - 1}·{step}" for effective, step in reaches)
    return Count(size, f"1 + {terms}")


def common_divisors(channels: int, filters: int) -> tuple[int, ...]:
    """Return every number that divides both: the possible numbers of groups."""
    return tuple(n for n in range(1, channels + 1) if channels % n == 0 and filters % n == 0)


def group(channel: int, channels_each: int, filters_each: int) -> range:
    """Return the input channels in the group of an output channel."""
    first = channel // filters_each * channels_each
    return range(first, first + channels_each)


def products_per_value(kernel: tuple[int, int], channels: int) -> Count:
    """Count the products in the sum of one output value; `channels` is how many one filter reads."""
    height, width = kernel
    return Count(height * width * channels, f"{height}·{width}·{channels}")


def weights(filters: int, kernel: tuple[int, int], channels: int) -> Count:
    """Count the weights of a layer, without its biases."""
    each = products_per_value(kernel, channels)
    return Count(filters * each.value, f"{filters} × {each.formula}")


def parameters(filters: int, kernel: tuple[int, int], channels: int, *, bias: bool) -> Count:
    """Count the trainable parameters: the weights and, with `bias`, one bias for each filter."""
    if not bias:
        return weights(filters, kernel, channels)
    each = products_per_value(kernel, channels)
    return Count(filters * (each.value + 1), f"{filters} × ({each.formula} + 1)")


def biases(filters: int, *, bias: bool) -> Count:
    """Count the biases of a layer: one for each filter, or none."""
    each = int(bias)
    return Count(filters * each, f"{filters} × {each}")


def fully_connected(
    filters: int, output_hw: tuple[int, int], channels: int, input_hw: tuple[int, int]
) -> Count:
    """Count the weights of a layer with the same maps in which each value reads all of every input channel."""
    (height, width), (rows, columns) = input_hw, output_hw
    return Count(
        filters * rows * columns * channels * height * width,
        f"{filters} × {rows}·{columns} × {channels}·{height}·{width}",
    )


def multiply_adds(
    filters: int, kernel: tuple[int, int], channels: int, output_hw: tuple[int, int]
) -> Count:
    """Count the multiply-adds of one pass through a layer, without biases."""
    each = products_per_value(kernel, channels)
    height, width = output_hw
    return Count(
        filters * each.value * height * width, f"{filters} × {each.formula} × {height}·{width}"
    )


def values(filters: int, output_hw: tuple[int, int]) -> Count:
    """Count the values of a layer's output."""
    height, width = output_hw
    return Count(filters * height * width, f"{filters} × {height}·{width}")


def memory(filters: int, output_hw: tuple[int, int]) -> Count:
    """Count the bytes of a layer's output in float32."""
    height, width = output_hw
    return Count(
        filters * height * width * BYTES_PER_VALUE,
        f"{filters} × {height}·{width} × {BYTES_PER_VALUE}",
    )
