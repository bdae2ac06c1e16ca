"""Statistics of feature maps: range, mean, share of zeros. No colours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.activations import apply
from app.engine.compute.threads import batches, share
from app.engine.spec.layer import Activation


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest value of one map."""

    minimum: float
    maximum: float

    @property
    def silent(self) -> bool:
        """Return whether the map is zero everywhere for this image."""
        return self.minimum == self.maximum == 0


@dataclass(frozen=True, slots=True)
class Statistics:
    """The range and the mean of one map, and the share (0 to 1) of its values that are exactly zero."""

    minimum: float
    maximum: float
    mean: float
    zeros: float


def statistics(map2d: Float) -> Statistics:
    """Measure one map.

    Shapes:
        map2d  (H, W)
    """
    values = map2d.ravel()
    others = int(np.count_nonzero(values != 0))  # twice as fast as without `!= 0`
    return Statistics(
        minimum=float(values.min()),
        maximum=float(values.max()),
        mean=float(values.mean(dtype=np.float64)),
        zeros=(values.size - others) / values.size,
    )


def ranges(maps: Float, *, threads: int = 1) -> tuple[Range, ...]:
    """Return the range of every map, which is all that a grid of maps shows, at half the cost of `statistics`.

    Shapes:
        maps  (F, H, W)
    """
    ends = np.empty((len(maps), 2), np.float32)

    def work(shared: Iterator[slice]) -> None:
        for some in shared:
            ends[some] = ends_of(maps[some])

    share(batches(maps), work, threads=threads)
    return ranges_from(ends)


def ends_of(maps: Float) -> Float:
    """Return the least and the greatest value of a few maps; the second pass over them hits the cache.

    Shapes:
        maps    (F, H, W)
        return  (F, 2)
    """
    rows = maps.reshape(len(maps), -1)
    return np.stack((rows.min(axis=1), rows.max(axis=1)), axis=1)


def ranges_from(ends: Float) -> tuple[Range, ...]:
    """Return a range for the least and the greatest value of each map.

    Shapes:
        ends  (F, 2)
    """
    return tuple(Range(least, most) for least, most in ends.tolist())


def ranges_after(activation: Activation, before: Sequence[Range]) -> tuple[Range, ...]:
    """Return the range of every map after an activation of `ORDER_KEPT`, without reading the maps again."""
    ends = np.array([(one.minimum, one.maximum) for one in before], np.float32)  # (F, 2)
    return tuple(Range(least, most) for least, most in apply(activation, ends).tolist())
