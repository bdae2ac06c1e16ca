"""The one implementation of convolution, for every kernel, stride, dilation, padding and grouping.

The padded input is never stored. Output rows are computed in strips small enough for the cache of a core.
The input rows of a strip are copied, border included, into a buffer that holds the rows read by one output
row next to one another. That leaves the horizontal taps of the kernel, which are handled in one of two
ways. Gathered: the buffer has a shifted copy for each tap, and the matrix product is written straight into
the result. Added: the weights of all taps are stacked into one product, and the parts of it are shifted and
summed. Where there are many groups, each is computed on its own, in taller strips and with several rows in
one product.
"""

from collections.abc import Iterator

import numpy as np

from app.engine.arrays import Empty, Float, fresh
from app.engine.compute.sliding import fill, finish, table_of
from app.engine.compute.strips import Strip, plan_strips
from app.engine.compute.threads import share
from app.engine.errors import ShapeError, SpecError
from app.engine.spec.stack import LayerSpec
from app.messages import sentence

SCRATCH_BYTES = 48 * 2**20  # for all threads together


def conv2d(
    x: Float,
    weight: Float,
    bias: Float,
    spec: LayerSpec,
    *,
    threads: int = 1,
    empty: Empty = fresh,
) -> Float:
    """Slide every filter over `x` and return the pre-activations.

    Kernels are not flipped: this is cross-correlation. `empty` allocates the result.

    Shapes, with `Cg = C // groups` input channels for each filter:
        x       (C, H, W)        input feature maps
        weight  (F, Cg, kh, kw)  one filter for each output channel
        bias    (F,)
        return  (F, H', W')      where H', W' = spec.map_hw(H, W)

    Raises:
        ShapeError: `x`, `weight` or `bias` disagrees with `spec`.
        SpecError: no placement of the kernel fits the padded input.
    """
    _check(x, weight, bias, spec)
    plan = plan_strips(x.shape, spec)
    table, grouped = table_of(weight, plan), x.reshape(spec.groups, -1, *x.shape[1:])
    maps = empty((spec.filters, *plan.output_hw))

    def work(strips: Iterator[Strip]) -> None:
        buffer = np.zeros(plan.buffer_shape, np.float32)  # its left and right padding stays 0
        product = np.empty(0 if plan.direct else plan.product_shape, np.float32)
        for strip in strips:
            fill(buffer, grouped[strip.groups], plan, strip)
            finish(maps, buffer, product, table, bias, plan, strip)

    affordable = SCRATCH_BYTES // plan.scratch_bytes
    share(plan.strips, work, threads=min(threads, affordable, len(plan.strips)))
    return maps


def check_input(x: Float, spec: LayerSpec) -> None:
    """Refuse an input that the kernels of a layer cannot slide over.

    Raises:
        ShapeError: `x` is not float32 of (C, H, W).
        SpecError: no placement of the kernel fits the padded input.
    """
    _check_axes("x", x, 3)
    height, width = x.shape[1:]
    if 0 in spec.map_hw(height, width):
        raise SpecError(
            "kernel",
            sentence(
                "{field} spans {spans} pixels, more than the padded input of {height}x{width}; a "
                "smaller kernel, less dilation or more padding would work.",
                spans=spec.effective_kernel(),
                height=height,
                width=width,
            ),
        )


def _check(x: Float, weight: Float, bias: Float, spec: LayerSpec) -> None:
    check_input(x, spec)
    _check_axes("weight", weight, 4)
    _check_axes("bias", bias, 1)
    channels = len(x)
    if channels == 0 or channels % spec.groups or spec.filters % spec.groups:
        raise ShapeError(
            sentence(
                "x has {channels} channels and there are {filters} filters; multiples of "
                "{groups} (groups) would work.",
                channels=channels,
                filters=spec.filters,
                groups=spec.groups,
            )
        )
    wanted = (spec.filters, channels // spec.groups, *spec.kernel)
    if weight.shape != wanted or bias.shape != wanted[:1]:
        raise ShapeError(
            sentence(
                "weight is {weight} and bias {bias}; {wanted} and {wanted_bias} would work.",
                weight=weight.shape,
                bias=bias.shape,
                wanted=wanted,
                wanted_bias=wanted[:1],
            )
        )


def _check_axes(name: str, array: Float, axes: int) -> None:
    if array.dtype != np.float32 or array.ndim != axes:
        raise ShapeError(
            sentence(
                "{name} is {dtype} with {given} axes; float32 with {axes} would work.",
                name=name,
                dtype=array.dtype,
                given=array.ndim,
                axes=axes,
            )
        )
