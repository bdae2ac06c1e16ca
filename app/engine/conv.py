"""The one implementation of convolution, for every kernel, stride, dilation, padding and grouping.

The padded input is never stored. Output rows are made in strips small enough for the cache of a
core: the input rows of a strip are copied, border included, into a buffer ordered (row, tap,
channel, column). There the rows that one output row reads lie side by side, so a window of the
buffer is already the right-hand matrix of a product, and only the horizontal taps of the kernel
remain. Either they are gathered: the buffer has a shifted copy for each, and the product is made
where the result belongs. Or they are added: the weights of all taps are stacked, and their products
shifted and summed. Many groups are not made together but one after another, each on more rows.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from app.engine.errors import ShapeError, SpecError
from app.engine.sharing import share
from app.engine.spec import LayerSpec
from app.engine.strips import Plan, Strip, plan_strips
from app.engine.trace import Empty, Float, fresh

SCRATCH_BYTES = 48 * 2**20  # of all threads together


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

    Kernels are not flipped: this is cross-correlation. `empty` makes the array for the result.

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
    table = _table(weight, plan)  # (G, 1, added*Fg, kh*gathered*Cg)
    maps = empty((spec.filters, *plan.output_hw))

    def work(strips: Iterator[Strip]) -> None:
        buffer = np.zeros(plan.buffer_shape, np.float32)  # the zeros left and right stay
        product = np.empty(plan.product_shape if plan.added > 1 else 0, np.float32)
        for strip in strips:
            _fill(buffer, x, plan, strip)
            _multiply(maps, buffer, product, table, bias, plan, strip)

    affordable = SCRATCH_BYTES // plan.scratch_bytes
    share(plan.strips, work, threads=min(threads, affordable, len(plan.strips)))
    return maps


def _check(x: Float, weight: Float, bias: Float, spec: LayerSpec) -> None:
    for name, array, axes in (("x", x, 3), ("weight", weight, 4), ("bias", bias, 1)):
        if array.dtype != np.float32 or array.ndim != axes:
            raise ShapeError(
                f"{name} is {array.dtype} with {array.ndim} axes; float32 with {axes} would work."
            )
    channels, height, width = x.shape
    if channels == 0 or channels % spec.groups or spec.filters % spec.groups:
        raise ShapeError(
            f"x has {channels} channels and there are {spec.filters} filters; "
            f"multiples of {spec.groups} (groups) would work."
        )
    wanted = (spec.filters, channels // spec.groups, *spec.kernel)
    if weight.shape != wanted or bias.shape != wanted[:1]:
        raise ShapeError(
            f"weight is {weight.shape} and bias {bias.shape}; {wanted} and {wanted[:1]} would work."
        )
    if 0 in spec.map_hw(height, width):
        raise SpecError(
            "kernel",
            f"spans {spec.effective_kernel()} pixels, more than the padded input of "
            f"{height}x{width}; a smaller kernel, less dilation or more padding would work.",
        )


def _table(weight: Float, plan: Plan) -> Float:
    """Return the weights as the left-hand matrix of every product, in the order of the buffer."""
    groups, kernel_rows = plan.spec.groups, plan.spec.kernel[0]
    _, _, added, filters, _ = plan.product_shape
    table = weight.reshape(groups, filters, -1, kernel_rows, added, plan.gathered)
    table = table.transpose(0, 4, 1, 3, 5, 2)  # (G, added, Fg, kh, gathered, Cg)
    return table.reshape(groups, 1, added * filters, -1)


def _fill(buffer: Float, x: Float, plan: Plan, strip: Strip) -> None:
    x = x.reshape(plan.spec.groups, -1, *x.shape[1:])[strip.groups]  # (groups, Cg, H, W)
    buffer = buffer[: len(x)]
    for rows, source_rows in strip.runs:
        if source_rows is None:
            buffer[:, rows] = 0
            continue
        for tap, runs in enumerate(plan.columns):
            for columns, source_columns in runs:
                if source_columns is not None:
                    source = x[:, :, source_rows, source_columns]
                    buffer[:, rows, tap, :, columns] = source.swapaxes(1, 2)


def _multiply(
    maps: Float, buffer: Float, product: Float, table: Float, bias: Float, plan: Plan, strip: Strip
) -> None:
    filters = plan.product_shape[3]
    table, bias = table[strip.groups], bias.reshape(-1, 1, filters, 1)[strip.groups]
    windows = _windows(buffer, table, plan, strip)
    of_groups = maps.reshape(-1, filters, *plan.output_hw)[strip.groups]
    to = of_groups[:, :, strip.rows].swapaxes(1, 2)  # (groups, rows, Fg, W')
    if plan.added == 1:
        np.matmul(table, windows, out=to)
        to += bias
        return
    product = product[: len(table), : strip.count]
    np.matmul(table, windows, out=product.reshape(*windows.shape[:2], -1, windows.shape[-1]))
    np.add(_sum_of_taps(product, plan), bias, out=to)


def _windows(buffer: Float, table: Float, plan: Plan, strip: Strip) -> Float:
    """Return, for each output row, what it reads: (groups, rows, kh*gathered*Cg, columns)."""
    per_group, per_row, _, per_channel, per_column = buffer.strides
    return as_strided(
        buffer,
        (len(table), strip.count, table.shape[-1], buffer.shape[-1]),
        (per_group, per_row * plan.step, per_channel, per_column),
    )


def _sum_of_taps(product: Float, plan: Plan) -> Float:
    width = plan.output_hw[1]
    total = product[:, :, 0, :, :width]  # (groups, rows, Fg, W')
    for tap in range(1, plan.added):
        start = tap * plan.spec.dilation
        total += product[:, :, tap, :, start : start + width]
    return total
