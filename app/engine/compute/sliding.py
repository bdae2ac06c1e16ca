"""What is done with each strip of a convolution: copy what it reads, multiply, add the taps, write.

A buffer is ordered (row, tap, channel, column): the rows that an output row, or a band of them, reads lie
side by side, so a window of the buffer is already the right-hand matrix of a product.
"""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from app.engine.arrays import Float
from app.engine.compute.strips import Plan, Strip


def table_of(weight: Float, plan: Plan) -> Float:
    """Return the weights as the left-hand matrix of every product, in the order of buffer and product.

    Each output row of a band has rows of its own in it, zero where it does not read.

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
    """Copy what the rows of a strip read; zeros left and right of it are there from the beginning.

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
    """Make the maps of a strip from its buffer, bias included; `product` is of use unless the plan is direct.

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
    """Return the products of a strip, (groups, bands, added, Fg, band, columns): a part of `product`."""
    table = table[strip.groups]
    windows = _windows(buffer, table, plan, bands=-(-strip.count // plan.band))
    product = product[: len(table), : windows.shape[1]]
    np.matmul(table, windows, out=product.reshape(*windows.shape[:2], -1, windows.shape[-1]))
    return product


def _add_taps(product: Float, plan: Plan) -> None:
    """Add the products of all taps to that of the first, each from the column where its tap begins.

    Rows lie behind one another and are added as one, so columns beyond a map's width hold nothing of use.
    """
    flat = product.reshape(*product.shape[:3], -1)
    dilation = plan.spec.dilation
    reach = flat.shape[-1] - (plan.added - 1) * dilation
    total = flat[:, :, 0, :reach]
    for tap in range(1, plan.added):
        total += flat[:, :, tap, tap * dilation :][..., :reach]


def _write(maps: Float, total: Float, bias: Float, plan: Plan, strip: Strip) -> None:
    """Write sums with their bias to where the strip belongs.

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
    """Make the products of a strip where they belong."""
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
    """Cut the maps of a strip, (groups, Fg, rows, W'), into its bands, and the rows that make no whole one."""
    if plan.band == 1:
        yield to.swapaxes(1, 2)
        return
    whole, rest = divmod(to.shape[2], plan.band)
    if whole:
        yield to[:, 0, : whole * plan.band].reshape(len(to), whole, plan.band, -1)
    if rest:
        yield to[:, :, whole * plan.band :]


def _windows(buffer: Float, table: Float, plan: Plan, *, bands: int, first: int = 0) -> Float:
    """Return, for each band from `first` on, what it reads: (groups, bands, rows*gathered*Cg, columns)."""
    per_group, per_row, _, per_channel, per_column = buffer.strides
    rows = plan.step * plan.band  # from one band to the next
    return as_strided(
        buffer[:, first * rows :],
        (len(table), bands, table.shape[-1], buffer.shape[-1]),
        (per_group, per_row * rows, per_channel, per_column),
    )
