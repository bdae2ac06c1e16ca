"""Statistics of feature maps: range, mean, share of zeros. No colours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.activations import apply
from app.engine.compute.threads import share
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
    found: dict[int, Range] = {}

    def work(channels: Iterator[int]) -> None:
        for channel in channels:
            found[channel] = range_of(maps[channel])

    share(range(len(maps)), work, threads=threads)
    return tuple(found[channel] for channel in range(len(maps)))


def range_of(map2d: Float) -> Range:
    """Return the range of one map; the second pass over it hits the cache.

    Shapes:
        map2d  (H, W)
    """
    return Range(float(map2d.min()), float(map2d.max()))


def ranges_after(activation: Activation, before: Sequence[Range]) -> tuple[Range, ...]:
    """Return the range of every map after an activation of `ORDER_KEPT`, without reading the maps again."""
    ends = np.array([(one.minimum, one.maximum) for one in before], np.float32)  # (F, 2)
    return tuple(Range(least, most) for least, most in apply(activation, ends).tolist())
