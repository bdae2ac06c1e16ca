"""The wall: small pictures of all contributions of a layer at once, and the effect of muting maps.

Averaging over a block is linear, like convolution, so the two can be swapped. Each input channel is averaged
over the blocks once for each tap of the kernel, and every filter is then a weighted sum of these few small
pictures.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from app.engine.compute.threads import share
from app.engine.compute.trace import Trace
from app.engine.errors import PlaceError
from app.engine.spec import geometry, windows
from app.engine.spec.windows import OUTSIDE, Places

Double = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Changes:
    """How far the maps of a layer differ between two passes.

    Shapes:
        relative  (F,)  root mean square of the change divided by that of the map before; 0 where
                      nothing changed, inf where a map changed that was zero everywhere
        greatest  (F,)  greatest absolute change
        order     the F maps by `relative`, greatest first; then by `greatest`, then by number
    """

    relative: Double
    greatest: Double
    order: tuple[int, ...]


def block_mean_contributions(
    trace: Trace, layer: int, *, blocks: int = 16, threads: int = 1
) -> Float:
    """Return a small picture of every contribution of a layer: its exact means over square blocks.

    The longer side of the output is cut into at most `blocks` blocks; incomplete blocks at the lower and right
    end are averaged over the pixels that they have. Smaller maps are returned as they are. Contributions of
    other groups are zero. No contribution is ever held in memory at full size.

    Shapes:
        return  (C, F, bh, bw)

    Raises:
        PlaceError: there is no such layer.
    """
    windows.check_place(trace.spec, layer)
    x, spec = trace.input_of(layer), trace.layers[layer - 1].spec
    edge = geometry.block_edge(trace.spec.map_shape(layer)[1:], blocks)
    places = windows.tap_sources(spec, x.shape[1:])
    down, across = map(_averages, places, x.shape[1:], (edge, edge))  # (kh, bh, H), (kw, bw, W)
    kernels = trace.layers[layer - 1].bank.full  # (F, C, kh, kw)
    pictures = np.empty((*kernels.shape[1::-1], down.shape[1], across.shape[1]), np.float32)

    def work(channels: Iterator[int]) -> None:
        for channel in channels:
            taps = _of_each_tap(x[channel], down, across)  # (kh * kw, bh * bw)
            table = kernels[:, channel].reshape(len(kernels), -1)  # (F, kh * kw)
            np.matmul(table, taps, out=pictures[channel].reshape(len(kernels), -1))

    share(range(len(x)), work, threads=threads)
    return pictures


def block_means(maps: Float, *, blocks: int = 16) -> Float:
    """Return the means of maps over the blocks of `block_mean_contributions`.

    Shapes:
        maps    (N, H, W)
        return  (N, bh, bw)
    """
    height, width = maps.shape[1:]
    edge = geometry.block_edge((height, width), blocks)
    down, across = (_averages(np.arange(size)[:, None], size, edge)[0] for size in (height, width))
    means: Float = down @ maps @ across.T
    return means


def whole_means(pictures: Float, output_hw: tuple[int, int], *, blocks: int = 16) -> Double:
    """Return the mean of every whole map from its block means, weighted by the pixels of each block.

    Shapes:
        pictures   (..., bh, bw)  with the same `blocks`
        output_hw  height and width of the whole maps
        return     (...)  so (C, F) for the contributions of a layer
    """
    edge = geometry.block_edge(output_hw, blocks)
    rows, columns = (np.bincount(np.arange(size) // edge) / size for size in output_hw)
    means: Double = pictures @ columns @ rows
    return means


def mute(maps: Float, channels: Collection[int]) -> Float:
    """Return a read-only copy in which these channels are zero.

    Shapes:
        maps    (C, H, W)
        return  (C, H, W)

    Raises:
        PlaceError: there is no such channel.
    """
    for channel in channels:
        if channel not in range(len(maps)):
            raise PlaceError("channel", channel, range(len(maps)))
    muted = maps.copy()
    muted[sorted(channels)] = 0
    muted.setflags(write=False)
    return muted


def changes(before: Float, after: Float) -> Changes:
    """Measure how far each map differs between two passes, for example with and without muted maps.

    Shapes:
        before, after  (F, H', W')
    """
    own, changed, greatest = np.empty((3, len(before)))  # (F,) each
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        difference = new.astype(np.float64) - old  # (H', W')
        own[index] = _root_mean_square(old.astype(np.float64))
        changed[index] = _root_mean_square(difference)
        greatest[index] = np.abs(difference).max()
    relative = np.where(changed > 0, np.inf, 0.0)
    np.divide(changed, own, out=relative, where=own > 0)
    order = np.lexsort((-greatest, -relative))  # stable; the last key is the primary one
    return Changes(relative, greatest, tuple(int(index) for index in order))


def _averages(places: Places, size: int, edge: int) -> Float:
    """Return the weight of each input in the mean, over a block of outputs, of the values that a tap reads.

    Shapes:
        places  (outputs, taps)
        return  (taps, blocks, size)
    """
    outputs, taps = places.shape
    block_of = np.arange(outputs) // edge
    counts = np.zeros((taps, block_of[-1] + 1, size), np.float32)
    output, tap = np.nonzero(places != OUTSIDE)
    np.add.at(counts, (tap, block_of[output], places[output, tap]), 1)
    counts /= np.bincount(block_of)[:, None]
    return counts


def _of_each_tap(map2d: Float, down: Float, across: Float) -> Float:
    """Return the block means of the values of one input map that each tap reads, (kh * kw, bh * bw)."""
    (taps_down, high, height), (taps_across, wide, width) = down.shape, across.shape
    rows = down.reshape(-1, height) @ map2d  # (kh * bh, W)
    means: Float = np.matmul(rows, across.reshape(-1, width).T)  # (kh * bh, kw * bw)
    by_tap = means.reshape(taps_down, high, taps_across, wide).swapaxes(1, 2)
    return by_tap.reshape(taps_down * taps_across, high * wide)


def _root_mean_square(values: Double) -> float:
    return float(np.sqrt(np.vdot(values, values) / values.size))
