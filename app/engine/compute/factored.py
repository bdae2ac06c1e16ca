"""Layers of two factors, whose intermediate maps are computed strip by strip and never stored.

The kernels slide as in `conv`, in strips so small that the result of the first factor is still in the cache
of a core when the second reads it. The pointwise factor is one matrix product for each row, or band of
rows.
"""

from collections.abc import Callable, Iterator

import numpy as np

from app.engine.arrays import Empty, Float, fresh
from app.engine.compute.conv import SCRATCH_BYTES, check_input
from app.engine.compute.sliding import fill, finish, multiply, table_of
from app.engine.compute.strips import Plan, Strip, plan_strips
from app.engine.compute.threads import share
from app.engine.errors import ShapeError
from app.engine.spec.stack import LayerSpec
from app.messages import sentence

INTERMEDIATE_BYTES = 2**20  # intermediate maps of one strip
SLID_BYTES = 2**20  # input of the kernels for one strip, where they come first
INPUT_BYTES = 2**20  # input of one strip, where the pointwise factor comes first
MANY = 4  # with this many times more maps than channels, gathering the taps of the channels moves less memory

Cut = tuple[Strip, ...]
Work = Callable[[Iterator[Cut]], None]


def convolve_factored(
    x: Float,
    weight: Float,
    pointwise: Float,
    bias: Float,
    spec: LayerSpec,
    *,
    threads: int = 1,
    empty: Empty = fresh,
) -> Float:
    """Return the pre-activations of a separable or pointwise-first layer. `empty` allocates the result.

    Shapes:
        x                  (C, H, W)
        weight, pointwise  see FilterBank, for the kind of the layer
        bias               (F,)
        return             (F, H', W')

    Raises:
        ShapeError: `x`, `weight`, `pointwise` or `bias` disagrees with `spec`.
        SpecError: no placement of the kernel fits the padded input.
    """
    check_input(x, spec)
    _check_factors(weight, pointwise, bias, spec, channels=len(x))
    maps = empty((spec.filters, *spec.map_hw(x.shape[1], x.shape[2])))
    way = _depthwise_first if spec.kind == "separable" else _pointwise_first
    way(maps, x, weight, pointwise, bias, spec, threads)
    return maps


def _check_factors(
    weight: Float, pointwise: Float, bias: Float, spec: LayerSpec, *, channels: int
) -> None:
    between = spec.intermediates(channels)
    separable = spec.kind == "separable"
    kernels = (between, 1) if separable else (spec.filters, spec.multiplier)
    for name, array, wanted in (
        ("weight", weight, (*kernels, *spec.kernel)),
        ("pointwise", pointwise, (spec.filters, between) if separable else (between, channels)),
        ("bias", bias, (spec.filters,)),
    ):
        if array.dtype != np.float32 or array.shape != wanted:
            raise ShapeError(
                sentence(
                    "{name} is {dtype} of {shape}; float32 of {wanted} would work.",
                    name=name,
                    dtype=array.dtype,
                    shape=array.shape,
                    wanted=wanted,
                )
            )


def _depthwise_first(
    maps: Float,
    x: Float,
    weight: Float,
    pointwise: Float,
    bias: Float,
    spec: LayerSpec,
    threads: int,
) -> None:
    inputs = pointwise.shape[1]
    plan = plan_strips(
        x.shape,
        spec.steps(len(x))[0],
        gather=True,  # the taps of few channels, rather than adding those of many maps
        most_rows=max(1, INTERMEDIATE_BYTES // (4 * inputs * maps.shape[2])),
        nbytes=SLID_BYTES,
    )
    table, channels = table_of(weight, plan), x[:, None]  # (C, 1, H, W)
    factor = np.column_stack([pointwise, bias])  # multiplied by a row of ones
    _, bands, _, each, band, width = plan.product_shape

    def work(cuts: Iterator[Cut]) -> None:
        buffer = np.zeros(plan.buffer_shape, np.float32)
        between = np.ones((bands, inputs + 1, band * width), np.float32)
        for cut in cuts:
            for strip in cut:
                fill(buffer, channels[strip.groups], plan, strip)
                made = slice(strip.groups.start * each, min(strip.groups.stop * each, inputs))
                product = between[:, made].reshape(bands, -1, 1, each, band, width).swapaxes(0, 1)
                multiply(product, buffer, table, plan, strip)
            _combine(maps, factor, between, plan, cut[0])

    _share(plan, work, threads, plan.scratch_bytes + 4 * bands * (inputs + 1) * band * width)


def _combine(maps: Float, factor: Float, between: Float, plan: Plan, strip: Strip) -> None:
    """Compute the rows of a strip of every map from those of all intermediate maps."""
    band, width = plan.band, plan.output_hw[1]
    bands = -(-strip.count // band)
    to = maps[:, strip.rows]
    if strip.rows.step == 1 and strip.count == bands * band:
        np.matmul(factor, between[:bands], out=to.reshape(len(maps), bands, -1).swapaxes(0, 1))
        return
    sums = np.matmul(factor, between[:bands]).reshape(bands, len(maps), band, width)
    to[...] = sums.swapaxes(0, 1).reshape(len(maps), -1, width)[:, : strip.count]


def _pointwise_first(
    maps: Float,
    x: Float,
    weight: Float,
    pointwise: Float,
    bias: Float,
    spec: LayerSpec,
    threads: int,
) -> None:
    each = spec.multiplier
    second = spec.steps(len(x))[1]
    gather = each == 1 and len(pointwise) >= MANY * len(x)
    taps = spec.kernel[1] if gather or spec.stride > 1 else 1
    plan = plan_strips(
        (len(pointwise), x.shape[1], x.shape[2]),
        second,
        gather=gather,
        most_rows=max(1, INPUT_BYTES // (4 * len(x) * taps * spec.stride * maps.shape[2])),
    )
    table, channels = table_of(weight, plan), x[:, None]  # (C, 1, H, W)
    factors = pointwise.reshape(spec.filters, each, len(x))
    _, rows, gathered, _, columns = plan.buffer_shape

    def work(cuts: Iterator[Cut]) -> None:
        source = np.zeros((len(x), rows, gathered, 1, columns), np.float32)
        buffer = np.empty(plan.buffer_shape, np.float32)
        product = np.empty(0 if plan.direct else plan.product_shape, np.float32)
        for cut in cuts:
            fill(source, channels, plan, cut[0])
            for strip in cut:
                _mix(buffer, source, factors[strip.groups])
                finish(maps, buffer, product, table, bias, plan, strip)

    _share(plan, work, threads, plan.scratch_bytes + 4 * len(x) * rows * gathered * columns)


def _mix(buffer: Float, source: Float, factors: Float) -> None:
    """Compute the intermediate maps of some filters from all channels, border included.

    Shapes:
        buffer   (groups or more, rows, gathered, each, columns)
        source   (C, rows, gathered, 1, columns)
        factors  (groups, each, C)
    """
    groups, each, channels = factors.shape
    rows, gathered = source.shape[1:3]
    read = source.reshape(channels, rows * gathered, -1).swapaxes(
        0, 1
    )  # (rows*gathered, C, columns)
    to = buffer[:groups].reshape(groups, rows * gathered, each, -1)
    if each == 1:
        np.matmul(factors[:, 0], read, out=to[:, :, 0].swapaxes(0, 1))
    else:
        np.matmul(factors[:, None], read, out=to)


def _share(plan: Plan, work: Work, threads: int, each_thread: int) -> None:
    affordable = max(1, SCRATCH_BYTES // each_thread)
    share(plan.cuts, work, threads=min(threads, affordable, len(plan.cuts)))
