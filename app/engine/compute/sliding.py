"""The work on each strip of a convolution: copy its input, multiply, add the taps, write the result.

The axes of a buffer are (row, tap, channel, column). The rows that an output row, or a band of output rows,
reads are next to one another in memory, so a window of the buffer is already the right-hand matrix of a
product.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from app.engine.arrays import Float
from app.engine.compute.strips import Plan, Strip


def table_of(weight: Float, plan: Plan) -> Float:
    """Return the weights as the left-hand matrix of every product, in the axis order of buffer and product.

    Each output row of a band has its own rows in the matrix, with zeros where it reads nothing.

    Shapes:
        weight  (F, Cg, kh, kw)
        return  (G, 1, added * Fg * band, rows that a band reads * gathered * Cg)
    """
    groups, kernel_rows, step = plan.spec.groups, plan.spec.kernel[0], plan.step
    _, _, added, filters, band, _ = plan.product_shape
    taps = weight.reshape(groups, filters, -1, kernel_rows, added, plan.gathered)
    taps = taps.transpose(0, 4, 1, 3, 5, 2)  # (G, added, Fg, kh, gathered, Cg)
    rows = (band - 1) * step + kernel_rows
    table = np.zeros((*taps.shape[:3], band, rows, *taps.shape[4:]), np.float32)
    for row in range(band):
        table[:, :, :, row, row * step : row * step + kernel_rows] = taps
    return table.reshape(groups, 1, added * filters * band, -1)


def fill(buffer: Float, x: Float, plan: Plan, strip: Strip) -> None:
    """Copy the input of a strip into the buffer, whose left and right padding is zero already.

    Shapes:
        buffer  (groups or more, rows, gathered, Cg, columns)
        x       (groups, Cg, H, W)
    """
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


def finish(
    maps: Float, buffer: Float, product: Float, table: Float, bias: Float, plan: Plan, strip: Strip
) -> None:
    """Compute the maps of a strip from its buffer, bias included; a direct plan does not use `product`.

    Shapes:
        maps     (F, H', W')
        product  plan.product_shape
        bias     (F,)
    """
    if plan.direct:
        _multiply_into(maps, buffer, table, bias, plan, strip)
        return
    product = multiply(product, buffer, table, plan, strip)
    _add_taps(product, plan)
    _write(maps, product[:, :, 0], bias, plan, strip)


def multiply(product: Float, buffer: Float, table: Float, plan: Plan, strip: Strip) -> Float:
    """Return the products of a strip, (groups, bands, added, Fg, band, columns), as a view of `product`."""
    table = table[strip.groups]
    windows = _windows(buffer, table, plan, bands=-(-strip.count // plan.band))
    product = product[: len(table), : windows.shape[1]]
    np.matmul(table, windows, out=product.reshape(*windows.shape[:2], -1, windows.shape[-1]))
    return product


def _add_taps(product: Float, plan: Plan) -> None:
    """Add the products of all taps to that of the first, each shifted to the column where its tap starts.

    The rows are contiguous and added as one long row, so columns beyond the width of a map are meaningless.
    """
    flat = product.reshape(*product.shape[:3], -1)
    dilation = plan.spec.dilation
    reach = flat.shape[-1] - (plan.added - 1) * dilation
    total = flat[:, :, 0, :reach]
    for tap in range(1, plan.added):
        total += flat[:, :, tap, tap * dilation :][..., :reach]


def _write(maps: Float, total: Float, bias: Float, plan: Plan, strip: Strip) -> None:
    """Add the bias to the sums of a strip and write them into the maps.

    Shapes:
        maps   (F, H', W')
        total  (groups, bands, Fg, band, columns)
        bias   (F,)
    """
    filters, band = total.shape[2:4]
    width = plan.output_hw[1]
    to = maps.reshape(-1, filters, *plan.output_hw)[strip.groups, :, strip.rows]
    total = total[..., :width].swapaxes(1, 2)  # (groups, Fg, bands, band, W')
    bias = bias.reshape(-1, filters, 1, 1, 1)[strip.groups]
    whole, rest = divmod(strip.count, band)
    bands = to[:, :, : whole * band].reshape(*to.shape[:2], whole, band, width)
    np.add(total[:, :, :whole], bias, out=bands)
    if rest:
        np.add(total[:, :, whole, :rest], bias[..., 0], out=to[:, :, whole * band :])


def _multiply_into(
    maps: Float, buffer: Float, table: Float, bias: Float, plan: Plan, strip: Strip
) -> None:
    """Write the products of a strip straight into the maps."""
    filters = plan.product_shape[3]
    to = maps.reshape(-1, filters, *plan.output_hw)[strip.groups, :, strip.rows]
    table, first = table[strip.groups], 0
    for out in _bands(to, plan):  # (groups, bands, Fg or rows of a band, W')
        windows = _windows(buffer, table, plan, bands=out.shape[1], first=first)
        np.matmul(table[:, :, : out.shape[2]], windows, out=out)
        first += out.shape[1]
    if bias.any():
        to += bias.reshape(-1, filters, 1, 1)[strip.groups]


def _bands(to: Float, plan: Plan) -> Iterator[Float]:
    """Cut the maps of a strip, (groups, Fg, rows, W'), into whole bands and the rows that are left over."""
    if plan.band == 1:
        yield to.swapaxes(1, 2)
        return
    whole, rest = divmod(to.shape[2], plan.band)
    if whole:
        yield to[:, 0, : whole * plan.band].reshape(len(to), whole, plan.band, -1)
    if rest:
        yield to[:, :, whole * plan.band :]


def _windows(buffer: Float, table: Float, plan: Plan, *, bands: int, first: int = 0) -> Float:
    """Return the input of each band from `first` on, (groups, bands, rows*gathered*Cg, columns)."""
    per_group, per_row, _, per_channel, per_column = buffer.strides
    rows = plan.step * plan.band  # from one band to the next
    return as_strided(
        buffer[:, first * rows :],
        (len(table), bands, table.shape[-1], buffer.shape[-1]),
        (per_group, per_row * rows, per_channel, per_column),
    )
