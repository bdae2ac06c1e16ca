"""How closely two linear layers and their composed layer agree on an image."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from app.engine.backward.adjoint import pad
from app.engine.compute.trace import Trace
from app.engine.explain.compose import Double, OneLayer, Pair, compose
from app.engine.spec import geometry, windows
from app.engine.spec.stack import StackSpec

STRIP_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Agreement:
    """The greatest absolute differences between the maps of the stack and those of the composed layer.

    `inside` covers the pixels whose layer 2 window lies wholly on maps of layer 1, `ring` those whose window
    lies partly on padding. Either is None if there is no such pixel. `greatest` is the greatest absolute value
    of the stack's maps, for comparison.
    """

    inside: float | None
    ring: float | None
    greatest: float


def measure(trace: Trace) -> Agreement:
    """Run the composed layer, in float64, on the image of a pass and compare it with the maps of layer 2.

    No map of layer 1 may be muted in the pass. The maps compared are the pre-activations, (F, H', W').

    Raises:
        SpecError: the layers cannot be composed.
    """
    one = compose(trace.spec, (trace.layers[0].bank, trace.layers[1].bank))
    maps = trace.layers[1].preactivation
    worst = np.empty(maps.shape[1:])  # (H', W')
    for rows, part in _strips(one, trace):
        worst[rows] = np.abs(part - maps[:, rows]).max(axis=0)
    inside = _inside(trace.spec)
    return Agreement(
        inside=float(worst[inside].max()) if inside.any() else None,
        ring=None if inside.all() else float(worst[~inside].max()),
        greatest=float(np.abs(maps).max()),
    )


def _strips(one: OneLayer, trace: Trace) -> Iterator[tuple[slice, Double]]:
    """Yield strips of output rows, each with the values of the composed layer there, (F, rows, W')."""
    image = _padded(trace, one.padding)  # (C, ...)
    table = one.weight.reshape(len(one.weight), -1)  # (F, C*kh*kw)
    spans = tuple(geometry.effective_size(taps, one.dilation) for taps in one.weight.shape[2:])
    read = sliding_window_view(image, spans, axis=(1, 2))
    read = read[:, :: one.stride, :: one.stride, :: one.dilation, :: one.dilation]
    height, width = read.shape[1:3]
    step = max(1, STRIP_BYTES // (8 * width * (table.shape[1] + len(table))))
    for top in range(0, height, step):
        rows = slice(top, min(top + step, height))
        taps = read[:, rows].transpose(0, 3, 4, 1, 2).reshape(table.shape[1], -1)
        yield rows, (table @ taps + one.bias[:, None]).reshape(len(table), -1, width)


def _padded(trace: Trace, padding: tuple[Pair, Pair]) -> Double:
    border = [(max(before, 0), max(after, 0)) for before, after in padding]
    mode = trace.spec.layers[0].padding_mode
    padded = pad(trace.image, (border[0], border[1]), mode).astype(np.float64)
    end_row, end_column = (padded.shape[1 + axis] + min(padding[axis][1], 0) for axis in (0, 1))
    return padded[:, :end_row, :end_column]


def _inside(spec: StackSpec) -> NDArray[np.bool_]:
    """Return which pixels of layer 2 have a window wholly on maps of layer 1, (H', W')."""
    input_hw = spec.input_shape(2)[1:]
    rows, columns = (
        np.all((taps >= 0) & (taps < size), axis=1)
        for taps, size in zip(
            windows.tap_positions(spec.layers[1], input_hw), input_hw, strict=True
        )
    )
    inside: NDArray[np.bool_] = np.logical_and.outer(rows, columns)
    return inside
