"""The fold of one map: its contributions, how they add up to the map, and three tempting wrong answers.

A contribution is what one input channel adds to a map: the channel convolved with its own kernel of
the filter. The contributions of all input channels and the bias are the pre-activation.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Empty, Float, fresh
from app.engine.compute.conv import conv2d
from app.engine.compute.trace import Trace
from app.engine.spec import windows

Double = NDArray[np.float64]

ROUNDING = 1e-5  # a standard deviation below this part of the contributions counts as rounding


@dataclass(frozen=True, eq=False)
class WrongSum:
    """A map made by a tempting wrong rule, and its greatest absolute difference from the pre-activation.

    `kernel_of` is the input channel whose kernel was used for all; None where the rule takes none of them.

    Shapes:
        map2d  (H', W')
    """

    map2d: Float
    greatest_difference: float
    kernel_of: int | None = None


def contributions(
    trace: Trace,
    layer: int,
    channel: int,
    *,
    channels: Sequence[int] | None = None,
    threads: int = 1,
    empty: Empty = fresh,
) -> Float:
    """Return what input channels add to one pre-activation map, all by default; zero for those of other groups.

    The sum over all channels, plus the bias, is the map. `empty` allocates what is computed.

    Shapes:
        return  (C, H', W')

    Raises:
        PlaceError: there is no such layer or channel.
    """
    windows.check_place(trace.spec, layer, channel)
    group = trace.spec.channels_read(layer, channel)
    asked = range(trace.spec.input_shape(layer)[0]) if channels is None else channels
    read = [one for one in asked if one in group]
    if read == list(group):
        x, kernels = _read(trace, layer, channel)  # (Cg, H, W), (Cg, kh, kw)
    else:
        x = trace.input_of(layer)[read]
        kernels = trace.layers[layer - 1].bank.full[channel, read]
    shape = (len(asked), *trace.spec.map_shape(layer)[1:])
    if not read:
        return np.zeros(shape, np.float32)
    depthwise = trace.layers[layer - 1].spec.sliding(filters=len(read), groups=len(read))
    no_bias = np.zeros(len(read), np.float32)
    parts = conv2d(
        x, kernels[:, None], no_bias, depthwise, threads=threads, empty=empty
    )  # (read, H', W')
    if len(read) == len(asked):
        return parts
    whole = np.zeros(shape, np.float32)
    whole[[place for place, one in enumerate(asked) if one in group]] = parts
    return whole


def shares(contributions: Iterable[Float], total: Float) -> Double:
    """Return the share of each contribution in a map: Cov(contribution, map) / Var(map).

    Shares are signed and sum to 1. A map that is constant (up to rounding) has no variance, so all its shares
    are 0. The bias is constant and does not matter: `total` may include it or not.

    Shapes:
        contributions  (C, H', W')
        total          (H', W')  the pre-activation
        return         (C,)
    """
    deviation = total.ravel().astype(np.float64)  # (H'W',)
    deviation -= deviation.mean()
    products: list[float] = []
    squares: list[float] = []
    values = np.empty_like(deviation)
    for part in contributions:  # one by one, so that its float64 fits the cache
        values[:] = part.ravel()
        products.append(float(values @ deviation))
        squares.append(float(values @ values))
    variance = float(deviation @ deviation)
    if variance <= ROUNDING**2 * float(np.sqrt(squares).sum()) ** 2:
        return np.zeros(len(products))
    return np.array(products) / variance


def order_by_size(shares: Double) -> tuple[int, ...]:
    """Return the channels by absolute share, greatest first; ties by channel number.

    Shapes:
        shares  (C,)
    """
    return tuple(int(channel) for channel in np.argsort(-np.abs(shares), kind="stable"))


def running_sums(contributions: Float, order: Sequence[int], bias: float) -> Iterator[Float]:
    """Yield the sums of the first 1, 2, ... contributions in `order`, and finally that of all plus the bias.

    There are len(order) + 1 sums, each a new array; the last is the pre-activation up to rounding.

    Shapes:
        contributions  (C, H', W')
        each           (H', W')
    """
    total = np.zeros(contributions.shape[1:])
    for channel in order:
        total += contributions[channel]
        yield total.astype(np.float32)
    total += bias
    yield total.astype(np.float32)


def running_shares(shares: Double, order: Sequence[int]) -> Double:
    """Return the share of the first 1, 2, ... contributions in `order`, taken together.

    This is the cumulative sum of the shares. Covariance is linear, so it equals the share of the partial sum,
    Cov(sum, map) / Var(map). It ends at 1, but may exceed 1 or fall below 0 before, since shares are signed.

    Shapes:
        return  (len(order),)
    """
    return np.cumsum(shares[list(order)])


def channels_summed(trace: Trace, layer: int, channel: int) -> Float:
    """Return the sum of the input channels that a filter reads, (1, H, W).

    Raises:
        PlaceError: there is no such layer or channel.
    """
    windows.check_place(trace.spec, layer, channel)
    summed: Float = _read(trace, layer, channel)[0].sum(axis=0, keepdims=True)
    return summed


def plain_mean(trace: Trace, layer: int, channel: int, *, summed: Float | None = None) -> WrongSum:
    """Return the plain mean over the filter's input channels at the centre of each of its windows, (H', W').

    That is a convolution without bias whose kernels are 1 / C at their centre and 0 elsewhere. Where a side of
    the kernel is even, the centre is the upper or left one of the middle two. `summed` are the `channels_summed`,
    where they are at hand.

    Raises:
        PlaceError: there is no such layer or channel.
    """
    windows.check_place(trace.spec, layer, channel)
    _, kernels = _read(trace, layer, channel)
    centre = np.zeros_like(kernels[0])  # (kh, kw)
    height, width = centre.shape
    centre[(height - 1) // 2, (width - 1) // 2] = 1 / len(kernels)
    return _with_one_kernel(trace, layer, channel, centre, bias=np.float32(0), summed=summed)


def shared_kernel(
    trace: Trace, layer: int, channel: int, *, summed: Float | None = None
) -> WrongSum:
    """Return the map, (H', W'), with one kernel for all channels, plus the bias.

    It is the kernel with the largest sum of squared weights, the first of equals: not the mean of the
    kernels, since those of a filter that compares channels cancel to zero. `summed` as in `plain_mean`.

    Raises:
        PlaceError: there is no such layer or channel.
    """
    windows.check_place(trace.spec, layer, channel)
    _, kernels = _read(trace, layer, channel)
    strongest = int(np.square(kernels, dtype=np.float64).sum(axis=(1, 2)).argmax())
    bias = trace.layers[layer - 1].bank.bias[channel]
    made = _with_one_kernel(trace, layer, channel, kernels[strongest], bias=bias, summed=summed)
    return replace(made, kernel_of=trace.spec.channels_read(layer, channel)[strongest])


def strongest(contributions: Float, total: Float) -> WrongSum:
    """Return the greatest contribution at each pixel, (H', W'): nothing is added, not even the bias.

    Shapes:
        contributions  (Cg, H', W')  of the channels that the filter reads
        total          (H', W')      the pre-activation
    """
    map2d = contributions.max(axis=0)
    return WrongSum(map2d, float(np.abs(map2d - total).max()))


def reversed_maps(trace: Trace, layer: int, channel: int, *, kernels_too: bool) -> WrongSum:
    """Return the map, (H', W'), that the filter makes of its input channels in reverse order.

    With `kernels_too`, each channel keeps its kernel, so the map is the same up to rounding.

    Raises:
        PlaceError: there is no such layer or channel.
    """
    windows.check_place(trace.spec, layer, channel)
    x, kernels = _read(trace, layer, channel)  # (Cg, H, W), (Cg, kh, kw)
    recorded = trace.layers[layer - 1]
    meeting = np.ascontiguousarray(kernels[::-1]) if kernels_too else kernels
    spec = recorded.spec.sliding(filters=1)
    bias = recorded.bank.bias[channel]
    map2d = conv2d(np.ascontiguousarray(x[::-1]), meeting[None], np.array([bias]), spec)[0]
    return WrongSum(map2d, float(np.abs(map2d - recorded.preactivation[channel]).max()))


def kernels_equal(kernels: Float) -> bool:
    """Tell whether all kernels that a filter reads with are the same, up to rounding: also where it has one.

    Shapes:
        kernels  (Cg, kh, kw)
    """
    return bool(np.ptp(kernels, axis=0).max() <= ROUNDING * np.abs(kernels).max())


def _read(trace: Trace, layer: int, channel: int) -> tuple[Float, Float]:
    """Return the input channels that a filter reads, (Cg, H, W), and its kernels, (Cg, kh, kw)."""
    group = trace.spec.channels_read(layer, channel)
    read = slice(group.start, group.stop)
    return trace.input_of(layer)[read], trace.layers[layer - 1].bank.full[channel, read]


def _with_one_kernel(
    trace: Trace,
    layer: int,
    channel: int,
    kernel: Float,
    *,
    bias: np.float32,
    summed: Float | None,
) -> WrongSum:
    # By linearity, one kernel on every channel equals that kernel on the sum of the channels.
    if summed is None:
        summed = channels_summed(trace, layer, channel)  # (1, H, W)
    spec = trace.layers[layer - 1].spec.sliding(filters=1)
    map2d = conv2d(summed, kernel[None, None], np.array([bias]), spec)[0]  # (H', W')
    true = trace.layers[layer - 1].preactivation[channel]
    return WrongSum(map2d, float(np.abs(map2d - true).max()))
