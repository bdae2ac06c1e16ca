"""The adjoints of convolution: the gradients with respect to its input and to its weights.

Convolution is linear in each of them, so both functions are exact: <conv(x, w), g> = <x, input_gradient(g,
w)> = <w, weight_gradient(x, g)> for all x, w and g. They work in the precision of their arrays. Like `conv`
they go through the output in strips of rows, with one matrix product for each strip.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.engine.compute.runs import NUMPY_MODES
from app.engine.spec import windows
from app.engine.spec.layer import LayerSpec, PaddingMode
from app.engine.spec.windows import OUTSIDE

Real = NDArray[np.floating]  # float32 or float64
Pair = tuple[int, int]

STRIP_BYTES = 2 * 2**20


def input_gradient(gradient: Real, weight: Real, spec: LayerSpec, input_hw: Pair) -> Real:
    """Return the gradient with respect to the input of a standard layer, given that by its pre-activation.

    This is the transposed convolution (Dumoulin & Visin, "A guide to convolution arithmetic for deep
    learning", 2016, chapter 4). Where the padding repeats pixels, the gradient of the padding is added to
    the pixels that it repeats.

    Shapes, with `Cg = C // groups`:
        gradient  (F, H', W')
        weight    (F, Cg, kh, kw)
        input_hw  height and width of the input
        return    (C, H, W)
    """
    groups, each, kernel = spec.groups, weight.shape[1], weight.shape[2:]
    (top, bottom), (left, right) = spec.padding_hw(*input_hw)
    padded_hw = input_hw[0] + top + bottom, input_hw[1] + left + right
    padded = np.zeros((groups, each, *padded_hw), np.result_type(gradient, weight))
    table = weight.reshape(groups, -1, each, *kernel).transpose(
        0, 3, 4, 2, 1
    )  # (G, kh, kw, Cg, Fg)
    table = np.ascontiguousarray(table).reshape(groups, -1, table.shape[-1])
    maps = gradient.reshape(groups, -1, *gradient.shape[1:])  # (G, Fg, H', W')
    for rows in _strips(gradient.shape[1], table.shape[1] * groups * maps[0, 0, 0].nbytes):
        strip = maps[:, :, rows]  # (G, Fg, n, W')
        spread = table @ strip.reshape(*strip.shape[:2], -1)  # (G, kh*kw*Cg, n*W')
        spread = spread.reshape(groups, *kernel, each, *strip.shape[2:])
        for i, j in np.ndindex(*kernel):
            _read(padded, spec, rows, maps.shape[3], (i, j))[...] += spread[:, i, j]
    return _folded(padded.reshape(-1, *padded_hw), spec, input_hw)


def weight_gradient(x: Real, gradient: Real, spec: LayerSpec) -> Real:
    """Return the gradient with respect to the weights of a standard layer, given that by its
    pre-activation.

    Shapes, with `Cg = C // groups`:
        x         (C, H, W)
        gradient  (F, H', W')
        return    (F, Cg, kh, kw)
    """
    groups, kernel = spec.groups, spec.kernel
    padded = pad(x, spec.padding_hw(*x.shape[1:]), spec.padding_mode)
    padded = padded.reshape(groups, -1, *padded.shape[1:])  # (G, Cg, ...)
    each, taps = padded.shape[1], kernel[0] * kernel[1]
    maps = gradient.reshape(groups, -1, *gradient.shape[1:])  # (G, Fg, H', W')
    width = maps.shape[3]
    total = np.zeros((groups, maps.shape[1], taps * each), np.result_type(x, gradient))
    for rows in _strips(gradient.shape[1], taps * len(x) * padded.itemsize * width):
        strip = maps[:, :, rows]  # (G, Fg, n, W')
        read = np.empty((groups, *kernel, each, *strip.shape[2:]), x.dtype)
        for i, j in np.ndindex(*kernel):
            read[:, i, j] = _read(padded, spec, rows, width, (i, j))
        tall = read.reshape(groups, taps * each, -1)  # (G, kh*kw*Cg, n*W')
        total += strip.reshape(*strip.shape[:2], -1) @ tall.swapaxes(1, 2)
    return total.reshape(-1, *kernel, each).transpose(0, 3, 1, 2)  # (F, Cg, kh, kw)


def pad(x: Real, border: tuple[Pair, Pair], mode: PaddingMode) -> Real:
    """Return maps (C, H, W) with a border of ((top, bottom), (left, right)) pixels round each."""
    around = ((0, 0), *border)
    return np.pad(x, around) if mode == "zeros" else np.pad(x, around, mode=NUMPY_MODES[mode])


def _strips(height: int, row_bytes: int) -> Iterator[slice]:
    step = max(1, STRIP_BYTES // row_bytes)
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


def _read(padded: Real, spec: LayerSpec, rows: slice, width: int, tap: Pair) -> Real:
    """Return the part of a padded input that one tap reads for some output rows: a view, (G, Cg, n, W')."""
    step, top, left = spec.stride, tap[0] * spec.dilation, tap[1] * spec.dilation
    return padded[
        :,
        :,
        top + rows.start * step : top + (rows.stop - 1) * step + 1 : step,
        left : left + (width - 1) * step + 1 : step,
    ]


def _folded(padded: Real, spec: LayerSpec, input_hw: Pair) -> Real:
    """Add the gradient on the border to the pixels that the border repeats, and cut the border off."""
    for axis, (size, border) in enumerate(
        zip(input_hw, spec.padding_hw(*input_hw), strict=True), 1
    ):
        lines = np.moveaxis(padded, axis, 0)
        inside = lines[border[0] : border[0] + size]
        places = np.r_[np.arange(-border[0], 0), np.arange(size, size + border[1])]
        for place, source in zip(
            places, windows.padding_sources(places, size, spec.padding_mode), strict=True
        ):
            if source != OUTSIDE:
                inside[source] += lines[place + border[0]]
        padded = np.moveaxis(inside, 0, axis)
    return np.ascontiguousarray(padded)
