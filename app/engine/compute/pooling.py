"""Pooling: the greatest or the mean value of each square window, the windows side by side."""

from collections.abc import Iterator

import numpy as np

from app.engine.arrays import Empty, Float, fresh
from app.engine.compute.threads import share
from app.engine.spec import geometry
from app.engine.spec.layer import Pool


def pool(maps: Float, how: Pool, size: int, *, threads: int = 1, empty: Empty = fresh) -> Float:
    """Return the maps pooled by windows of `size` by `size`; `none` returns `maps` themselves.

    A rest at the lower and right end that fills no window is not read. `empty` makes the array for
    the result.

    Shapes:
        maps    (F, H, W)
        return  (F, H // size, W // size)
    """
    if how == "none":
        return maps
    pooled = empty(pooled_shape(maps, size))

    def work(channels: Iterator[int]) -> None:
        rows = scratch(maps, size)
        for channel in channels:
            pool_into(pooled[channel], maps[channel], how, size, rows)

    share(range(len(maps)), work, threads=threads)
    return pooled


def pooled_shape(maps: Float, size: int) -> tuple[int, ...]:
    """Return the shape of the maps once pooled."""
    return len(maps), *(geometry.pooled_size(side, size) for side in maps.shape[1:])


def scratch(maps: Float, size: int) -> Float:
    """Return the memory that `pool_into` needs for one of these maps; a thread uses it again and again."""
    _, height, _ = pooled_shape(maps, size)
    return np.empty((height, maps.shape[2]), np.float32)


def pool_into(out: Float, map2d: Float, how: Pool, size: int, rows: Float) -> None:
    """Pool one map into `out`, another array: first its rows and then, in `rows`, the columns of these.

    Shapes, for windows of p by p:
        out    (H', W')
        map2d  (H, W)
        rows   (H', W)  whose values do not matter
    """
    combine = np.maximum if how == "max" else np.add
    stacked = map2d[: len(out) * size].reshape(len(out), size, -1)  # (H', p, W)
    combine.reduce(stacked, axis=1, out=rows)
    used = rows[:, : out.shape[1] * size]
    _combine(combine, [used[:, offset::size] for offset in range(size)], out)
    if how == "average":
        out *= np.float32(1 / size**2)


def _combine(combine: np.ufunc, parts: list[Float], out: Float) -> None:
    combine(parts[0], parts[1], out=out)
    for part in parts[2:]:
        combine(out, part, out=out)
