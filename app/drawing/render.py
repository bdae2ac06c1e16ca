"""Maps to colour indices: the only place that scales values for the eye, legends included."""

import sys
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.drawing.colormaps import NO_VALUE, SPAN, ZERO

Contrast = Literal["root", "linear"]
Indices = NDArray[np.uint8]

ROOT_EXPONENT = 0.6

_EXPONENTS: dict[Contrast, float] = {"root": ROOT_EXPONENT, "linear": 1.0}
_BLOCK = 32_768  # values scaled at a time: they stay in the cache between the two steps
_BATCH = 2**18  # values of the maps that are shrunk at a time, for the same reason
_UPPER_HALF = 1 if sys.byteorder == "little" else 0  # of a float32 seen as two 16-bit words


def signed_indices(
    values: NDArray[np.float32], limit: float | NDArray[np.floating], *, contrast: Contrast
) -> Indices:
    """Return the index of every value: 128 + round(127 t), within one.

    t is v / limit for `linear`, sign(v) * |v / limit| ** 0.6 for `root`, cut to [-1, 1]. The index
    is 128 for exactly the values that round to it, and for all where the limit is 0; it is 0, no
    value, for what is not a number.

    Shapes:
        values  (..., H, W)
        limit   one number for all maps, or one for each: (...)
        return  (..., H, W)
    """
    scales = _scales(np.asarray(limit, np.float64), _EXPONENTS[contrast]).reshape(-1)
    values = np.ascontiguousarray(values, np.float32)
    indices = np.empty(values.shape, np.uint8)
    if values.size == 0:
        return indices
    if (scales == scales[0]).all():
        scales = scales[:1]
    rows = values.reshape(len(scales), -1)  # all that share a limit in one row
    for row, scale, out in zip(rows, scales, indices.reshape(rows.shape), strict=True):
        _look_up(row, scale, _table(contrast), out=out)
    return indices


def position(value: float, limit: float, *, contrast: Contrast) -> float:
    """Return where a legend from -1 to 1 has a value: the t of `signed_indices`, exactly."""
    if limit == 0:
        return 0.0
    size = min(abs(value) / limit, 1.0) ** _EXPONENTS[contrast]
    return float(np.copysign(size, value))


def block_means(maps: NDArray[np.float32], tile: int) -> NDArray[np.float32]:
    """Shrink maps by a whole factor, the least that makes their longer side `tile` at most.

    Each value is the mean of a square block; blocks at the far ends may be partial. Maps that fit
    already are returned as they are.

    Shapes:
        maps    (N, H, W)
        return  (N, h, w)
    """
    count, height, width = maps.shape
    factor = _factor(height, width, tile)
    if factor == 1:
        return maps
    sizes = _block_sizes(height, width, factor)
    means = np.empty((count, *sizes.shape), np.float32)
    each = max(_BATCH // (height * width), 1)
    for start in range(0, count, each):
        some, out = maps[start : start + each], means[start : start + each]
        _sum_runs(_sum_runs(some, factor).swapaxes(1, 2), factor, out=out.swapaxes(1, 2))
        out /= sizes
    return means


def halved(
    means: NDArray[np.float32], *, height: int, width: int, tile: int
) -> NDArray[np.float32]:
    """Return the means of blocks of twice the side, from those that `block_means` made of maps of this size.

    Shapes:
        means   (N, h, w)
        return  (N, ceil(h / 2), ceil(w / 2))
    """
    factor = _factor(height, width, tile)
    sizes = _block_sizes(height, width, factor)
    sums = means * sizes
    pairs = sums[:, ::2].copy()
    pairs[:, : sums.shape[1] // 2] += sums[:, 1::2]
    halves = pairs[..., ::2].copy()
    halves[..., : pairs.shape[2] // 2] += pairs[..., 1::2]
    halves /= _block_sizes(height, width, 2 * factor)
    return halves


def reduced_size(height: int, width: int, tile: int) -> tuple[int, int]:
    """Return the height and width of what `block_means` makes of a map."""
    factor = _factor(height, width, tile)
    return -(-height // factor), -(-width // factor)


def _factor(height: int, width: int, tile: int) -> int:
    return max(-(-max(height, width) // tile), 1)


def _scales(limits: NDArray[np.float64], exponent: float) -> NDArray[np.float32]:
    """Return the factors that bring the first value with an index other than 128 to exactly 1."""
    first = (0.5 / SPAN) ** (1 / exponent)
    greatest = np.finfo(np.float32).max
    with np.errstate(divide="ignore"):
        scales = np.minimum(1 / (limits * first), greatest)
    return np.where(limits > 0, scales, 0).astype(np.float32)


@cache
def _table(contrast: Contrast) -> Indices:
    """Return the index of every upper half of a scaled float32: sign, exponent, 7 bits of mantissa.

    A multiplication and a look-up then replace a power for each value. The cells are at most 1/128
    of their values wide and begin anew at every power of two, so at 1, where index 128 ends.
    """
    lowest = (np.arange(65_536, dtype=np.uint32) << 16).view(np.float32)
    half_cell = np.uint32(0x8000) * np.isfinite(lowest)  # an infinity is a cell of its own
    with np.errstate(invalid="ignore"):
        middles = (lowest.view(np.uint32) | half_cell).view(np.float32).astype(np.float64)
        t = 0.5 / SPAN * np.abs(middles) ** _EXPONENTS[contrast]
        steps = np.copysign(np.rint(SPAN * np.minimum(t, 1)), middles)
    steps[np.abs(middles) < 1] = 0
    return np.where(np.isnan(steps), NO_VALUE, ZERO + np.nan_to_num(steps)).astype(np.uint8)


def _look_up(
    values: NDArray[np.float32], scale: np.float32, table: Indices, *, out: Indices
) -> None:
    scaled = np.empty(min(_BLOCK, values.size), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, values.size, _BLOCK):
            part = values[start : start + _BLOCK]
            block = np.multiply(part, scale, out=scaled[: part.size])
            upper = block.view(np.uint16)[_UPPER_HALF::2]
            # The table has every index, so nothing is wrapped; it is the quickest mode.
            np.take(table, upper, out=out[start : start + _BLOCK], mode="wrap")


@lru_cache(maxsize=16)  # contributions are drawn one by one
def _block_sizes(height: int, width: int, factor: int) -> NDArray[np.float32]:
    """Return how many values each block has, (h, w)."""
    rows, columns = (
        np.minimum(factor, size - np.arange(0, size, factor)).astype(np.float32)
        for size in (height, width)
    )
    return np.outer(rows, columns)


def _sum_runs(
    maps: NDArray[np.float32], factor: int, *, out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Add every run of `factor` rows of each map into one."""
    first, second = maps[:, ::factor], maps[:, 1::factor]  # added while copied: one pass less
    total = np.empty_like(first) if out is None else out
    count = second.shape[1]
    np.add(first[:, :count], second, out=total[:, :count])
    total[:, count:] = first[:, count:]
    for offset in range(2, factor):
        more = maps[:, offset::factor]
        total[:, : more.shape[1]] += more
    return total
