"""How much flows from every input channel into every filter: the mean and the mean size of each contribution.

The mean is exact and costs little: taking a mean is linear, as convolution is. The mean size is that of
the exact values at every few rows and columns, since an absolute value cannot be taken before the sum.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from app.engine.compute.threads import share
from app.engine.compute.trace import Trace
from app.engine.spec import windows
from app.engine.spec.windows import OUTSIDE, Places

Double = NDArray[np.float64]

CHANNELS = 8  # measured at a time: what is read of them fits the cache of a core
EVERY = 7  # rows and columns between two values that are measured; odd, so that stripes do not fall in step


def mean_contributions(trace: Trace, layer: int) -> Double:
    """Return the exact mean of every contribution of a layer; 0 for those of other groups.

    Shapes:
        return  (C, F)

    Raises:
        PlaceError: there is no such layer.
    """
    windows.check_place(trace.spec, layer)
    x, one = trace.input_of(layer), trace.layers[layer - 1]
    places = windows.tap_sources(one.spec, x.shape[1:])
    down, across = (_counts(one, size) for one, size in zip(places, x.shape[1:], strict=True))
    taps = np.matmul(np.matmul(down, x), across.T)  # (C, kh, kw), the mean of what each tap reads
    means: Double = np.einsum("ckl,fckl->cf", taps, one.bank.full, dtype=np.float64)
    return means


def mean_sizes(trace: Trace, layer: int, *, every: int = EVERY, threads: int = 1) -> Double:
    """Return the mean absolute value of every contribution of a layer, at every few rows and columns.

    Shapes:
        return  (C, F)

    Raises:
        PlaceError: there is no such layer.
    """
    windows.check_place(trace.spec, layer)
    x, one = trace.input_of(layer), trace.layers[layer - 1]
    rows, columns = (_some(places, every) for places in windows.tap_sources(one.spec, x.shape[1:]))
    weights = one.bank.full.swapaxes(0, 1)  # (C, F, kh, kw)
    weights = weights.reshape(*weights.shape[:2], -1)
    sizes = np.empty(weights.shape[:2])  # (C, F)

    def work(shared: Iterator[slice]) -> None:
        for some in shared:
            values = weights[some] @ _read(x[some], rows, columns)  # (c, F, n * m)
            sizes[some] = np.abs(values, out=values).mean(axis=2)

    shared = [slice(first, first + CHANNELS) for first in range(0, len(x), CHANNELS)]
    share(shared, work, threads=threads)
    return sizes


def _read(maps: Float, rows: Places, columns: Places) -> Float:
    """Return what each tap reads of each map, (C, kh * kw, n * m); 0 outside.

    Shapes:
        maps     (C, H, W)
        rows     (kh, n)
        columns  (kw, m)
    """
    down, across = rows.reshape(-1), columns.reshape(-1)
    above_or_below, beside = (np.flatnonzero(places == OUTSIDE) for places in (down, across))
    # One axis after the other takes a tenth of the time of both at once.
    read = maps.take(down, axis=1).take(across, axis=2)
    read[:, above_or_below] = 0
    read[..., beside] = 0
    taps = read.reshape(len(maps), *rows.shape, *columns.shape).swapaxes(2, 3)  # (C, kh, kw, n, m)
    return taps.reshape(len(maps), len(rows) * len(columns), -1)


def _counts(places: Places, size: int) -> Float:
    """Return how often each tap reads each input, as a part of the windows, (taps, size)."""
    outputs, taps = places.shape
    counts = np.zeros((taps, size), np.float32)
    for tap in range(taps):
        inside = places[:, tap][places[:, tap] != OUTSIDE]
        counts[tap] = np.bincount(inside, minlength=size) / outputs
    return counts


def _some(places: Places, every: int) -> Places:
    """Return what the taps of every few windows read, (taps, n): from the middle of the first few on."""
    return places[min(every, len(places)) // 2 :: every].T
