"""Max and mean pooling over square windows that do not overlap (the stride is the window's side)."""

from collections.abc import Iterator

import numpy as np

from app.engine.arrays import Empty, Float, fresh
from app.engine.compute.threads import share
from app.engine.spec import geometry
from app.engine.spec.layer import Pool


def pool(maps: Float, how: Pool, size: int, *, threads: int = 1, empty: Empty = fresh) -> Float:
    """Return the maps pooled over windows of `size` by `size`; `none` returns `maps` themselves.

    Rows and columns at the lower and right end that fill no whole window are dropped. `empty` allocates the
    result.

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
    """Return the shape of the pooled maps, (F, H // size, W // size), of maps (F, H, W)."""
    return len(maps), *(geometry.pooled_size(side, size) for side in maps.shape[1:])


def scratch(maps: Float, size: int) -> Float:
    """Allocate the scratch memory of `pool_into` for one of these maps, (H // size, W); reused by a thread."""
    _, height, _ = pooled_shape(maps, size)
    return np.empty((height, maps.shape[2]), np.float32)


def pool_into(out: Float, map2d: Float, how: Pool, size: int, rows: Float) -> None:
    """Pool one map into `out`: first across its rows, into `rows`, then across the columns of that.

    Shapes, for windows of p by p:
        out    (H', W')
        map2d  (H, W)
        rows   (H', W)  scratch memory, overwritten
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
