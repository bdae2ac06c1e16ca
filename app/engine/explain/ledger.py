"""One pixel by hand: the ledger of its products, and the linear filter through which it sees the image."""

from dataclasses import dataclass
from itertools import chain
from math import fsum

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from app.engine.compute.trace import Trace
from app.engine.explain import linear, receptive_field
from app.engine.explain.receptive_field import Rectangle
from app.engine.spec import windows
from app.engine.spec.stack import PaddingMode
from app.engine.spec.windows import Places

Double = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ledger:
    """Every number that one value of a map is computed from. Products and sums are in float64.

    Shapes, for the Cg input channels that the filter reads:
        channels  the channel numbers
        rows      (kh,)          input row of each tap; on padding where outside the input
        columns   (kw,)          input column of each tap, likewise
        windows   (Cg, kh, kw)   input values in the window, padding included
        kernels   (Cg, kh, kw)
        products  (Cg, kh, kw)   windows * kernels
        sums      (Cg,)          the sum of each channel's products
        padded    (kh, kw)       whether the tap lies on padding, of whatever value

    `total` is the sum of all products and the bias; `preactivation` and `activation` are what the
    pass stored in float32, and `difference` is the stored pre-activation minus `total`.
    """

    channels: tuple[int, ...]
    rows: Places
    columns: Places
    windows: Float
    kernels: Float
    products: Double
    sums: Double
    padded: NDArray[np.bool_]
    bias: float
    total: float
    preactivation: float
    activation: float
    difference: float


@dataclass(frozen=True, eq=False)
class LocalFilter:
    """The linear function of the image that one pixel equals, as long as no activation switches.

    `total` = <weights, patch> + bias is the pre-activation, and `slope` times it the activation. Both equal the
    stored values up to float32 rounding.

    Shapes, for the receptive field of h by w pixels at `place`:
        weights  (C, h, w)
        patch    (C, h, w)  the input of layer 1 there
    """

    place: Rectangle
    weights: Double
    patch: Float
    bias: float
    total: float
    slope: float
    preactivation: float
    activation: float


def ledger(trace: Trace, layer: int, channel: int, row: int, col: int) -> Ledger:
    """Take one value of a map of layer `layer` (1 or 2) apart.

    Shapes: those of `Ledger`.

    Raises:
        PlaceError: there is no such layer, channel, row or column.
    """
    windows.check_place(trace.spec, layer, channel, row, col)
    this, group = trace.layers[layer - 1], trace.spec.channels_read(layer, channel)
    read = slice(group.start, group.stop)
    x, kernels = trace.input_of(layer)[read], this.bank.full[channel, read]
    rows, columns = windows.tap_positions(this.spec, x.shape[1:])
    window, padded = _window(x, rows[row], columns[col], this.spec.padding_mode)
    products = window.astype(np.float64) * kernels  # exact: 24 + 24 of 53 bits
    each = products.reshape(len(x), -1).tolist()
    bias = float(this.bank.bias[channel])
    total = fsum([*chain.from_iterable(each), bias])
    stored = float(this.preactivation[channel, row, col])
    return Ledger(
        channels=tuple(group),
        rows=rows[row],
        columns=columns[col],
        windows=window,
        kernels=kernels,
        products=products,
        sums=np.array([fsum(of_channel) for of_channel in each]),
        padded=padded,
        bias=bias,
        total=total,
        preactivation=stored,
        activation=float(this.activation[channel, row, col]),
        difference=stored - total,
    )


def local_filter(
    trace: Trace, layer: int, channel: int, row: int, col: int, *, pooled: bool = False
) -> LocalFilter | None:
    """Return the linear function that gives this pixel from the image.

    None if an activation up to this layer is not piecewise linear. At a kink the slope is that for negative
    values. A muted map has slope 0. A max pool passes on the value that is largest for this image.

    With `pooled` the pixel is one of the layer's output, after its pool. The function is then that output (in
    place of both pre-activation and activation), and `slope` is 1.

    Shapes: those of `LocalFilter`.

    Raises:
        PlaceError: there is no such layer, channel, row or column.
    """
    windows.check_place(trace.spec, layer, channel, row, col, pooled=pooled)
    if not all(linear.is_piecewise(spec.activation) for spec in trace.spec.layers[:layer]):
        return None
    seen = linear.as_weighted_sum(trace, layer, channel, row, col, pooled=pooled)
    place = receptive_field.bounding_box(seen.rows, seen.columns)
    patch = trace.image[:, place.rows, place.columns]  # (C, h, w)
    weights = np.zeros(patch.shape)
    if weights.size:
        weights[:, seen.rows[:, None] - place.top, seen.columns - place.left] = seen.weights
    this, pixel = trace.layers[layer - 1], (channel, row, col)
    before = this.output[pixel] if pooled else this.preactivation[pixel]
    after = this.output[pixel] if pooled else this.activation[pixel]
    return LocalFilter(
        place=place,
        weights=weights,
        patch=patch,
        bias=seen.bias,
        total=float((weights * patch).sum()) + seen.bias,
        slope=1.0 if pooled else float(linear.slopes(this.spec.activation, before)),
        preactivation=float(before),
        activation=float(after),
    )


def _window(
    x: Float, rows: Places, columns: Places, mode: PaddingMode
) -> tuple[Float, NDArray[np.bool_]]:
    """Return the input at these rows and columns, (C, kh, kw), and which taps lie on padding, (kh, kw)."""
    height, width = x.shape[1:]
    off_rows, off_columns = (rows < 0) | (rows >= height), (columns < 0) | (columns >= width)
    padded = off_rows[:, None] | off_columns
    rows, columns = (
        windows.padding_sources(rows, height, mode),
        windows.padding_sources(columns, width, mode),
    )
    window = x[:, rows[:, None], columns]
    if mode == "zeros":
        window[:, padded] = 0
    return window, padded
