"""The results computed once for the fold of a map: contributions, their shares, the tempting wrong sums."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from app.drawing import render, scale
from app.engine.arrays import Empty, Float, fresh
from app.engine.compute.threads import share
from app.engine.explain import fold
from app.engine.explain.fold import WrongSum
from app.engine.explain.statistics import ends_of
from app.lab.compute.contributions import KEPT_WHOLE, Contributions
from app.lab.compute.layer_cache import Pass
from app.lab.compute.recorded import TILE
from app.lab.compute.results import Results
from app.lab.state.state import Order, Show

FLOAT = 4  # bytes


@dataclass(frozen=True)
class FoldResults:
    """What is computed once for a fold: contributions (C, H', W') if they are small, their shares (C,), the wrong
    sums.

    `drawn` are the contributions as a sheet shows them, (C, h, w), `end` is where their scale ends, and `ranges`
    are their least and greatest values, (C, 2).
    """

    kept: Float | None
    drawn: Float
    ranges: NDArray[np.float64]
    end: float
    shares: NDArray[np.float64]
    wrong: dict[str, WrongSum]
    results: Results = field(default_factory=Results)

    @property
    def nbytes(self) -> int:
        """Return the bytes that keeping this takes."""
        arrays = [self.drawn, *(one.map2d for one in self.wrong.values())]
        kept = 0 if self.kept is None else self.kept.nbytes
        return kept + sum(array.nbytes for array in arrays)


@dataclass(frozen=True)
class Fold:
    """One map of a pass and what it is the sum of.

    The scale of its contributions ends at `end`, which they have with nothing muted: colours stay what they were.
    """

    run: Pass
    layer: int
    channel: int
    parts: FoldResults
    end: float

    @property
    def contributions(self) -> Contributions:
        """Return what each input channel adds, (C, H', W')."""
        return _contributions(self.run, self.layer, self.channel, self.parts.kept)

    @property
    def shares(self) -> NDArray[np.float64]:
        """Return each contribution's share of the map's variance, (C,)."""
        return self.parts.shares

    @property
    def wrong(self) -> dict[str, WrongSum]:
        """Return the maps that the tempting wrong rules make."""
        return self.parts.wrong

    @property
    def preactivation(self) -> Float:
        """Return the map that the contributions and the bias add up to, (H', W')."""
        preactivation: Float = self.run.layer(self.layer).trace.preactivation[self.channel]
        return preactivation

    @property
    def bias(self) -> float:
        """Return the bias of the filter."""
        return float(self.run.layer(self.layer).trace.bank.bias[self.channel])

    @property
    def is_pooled(self) -> bool:
        """Return whether the layer has a pool."""
        return self.run.spec.layers[self.layer - 1].pool != "none"

    def rests(self, show: Show) -> tuple[str, ...]:
        """Return the steps of the running sum after the contributions: `bias`, then `activation` and `pool` if
        there are any and the map is shown after them.
        """
        activation = self.run.spec.layers[self.layer - 1].activation != "linear"
        after = {"activation": activation and show != "preactivation"}
        after["pool"] = self.is_pooled and show == "activation"
        return ("bias", *(kind for kind, there in after.items() if there))

    def last_step(self, show: Show) -> int:
        """Return the last step of the running sum: it begins at 0, with nothing added."""
        return len(self.added()) + len(self.rests(show))

    def read(self) -> tuple[int, ...]:
        """Return the channels that the filter reads: those of its group."""
        return tuple(self.run.spec.channels_read(self.layer, self.channel))

    def added(self) -> tuple[int, ...]:
        """Return the channels that the sum adds: those that the filter reads, without muted ones."""
        muted = self.run.muted if self.layer == 2 else frozenset[int]()
        return tuple(channel for channel in self.read() if channel not in muted)

    def ordered(self, order: Order) -> tuple[int, ...]:
        """Return the channels that the sum adds, in the order of the running sum."""
        channels = self.added()
        if order == "index":
            return channels
        return tuple(channel for channel in fold.order_by_size(self.shares) if channel in channels)

    def with_muted(self, order: Order) -> tuple[int, ...]:
        """Return the channels that the filter reads, in the order of the running sum and then the muted ones."""
        added = self.ordered(order)
        return (*added, *(channel for channel in self.read() if channel not in added))


def measure(run: Pass, layer: int, channel: int, *, empty: Empty = fresh) -> FoldResults:
    """Compute the contributions of one map, their shares and the wrong sums.

    `empty` allocates the contributions that are kept whole.
    """
    parts = _contributions(run, layer, channel)
    if FLOAT * prod(parts.shape) <= KEPT_WHOLE:
        # By one thread: a second one would save 1 ms, and cost more than that in waiting for the GIL.
        whole = fold.contributions(parts.trace, layer, channel, empty=empty)
        parts = replace(parts, kept=whole)
    preactivation = run.layer(layer).trace.preactivation[channel]
    count, height, width = parts.shape
    group = run.spec.channels_read(layer, channel)
    drawn = np.empty((count, *render.reduced_size(height, width, TILE)), np.float32)
    ranges, greatest = np.empty((count, 2)), np.full((height, width), -np.inf, np.float32)

    def each() -> Iterator[Float]:
        for some in parts.batches():
            values = parts.batch(some)
            drawn[some] = render.block_means(values, TILE)
            ranges[some] = ends_of(values)
            for number, one in enumerate(values, some.start):
                if number in group:
                    np.maximum(greatest, one, out=greatest)
                yield one

    shares = fold.shares(each(), preactivation)
    summed = fold.channels_summed(parts.trace, layer, channel)
    return FoldResults(
        kept=parts.kept,
        drawn=drawn,
        ranges=ranges,
        end=scale.end_of(drawn[group.start : group.stop]),
        shares=shares,
        wrong={
            "mean": fold.plain_mean(parts.trace, layer, channel, summed=summed),
            "shared": fold.shared_kernel(parts.trace, layer, channel, summed=summed),
            "strongest": fold.strongest(greatest[None], preactivation),
        },
    )


def glance(
    run: Pass, layer: int, channel: int, *, tile: int, with_shares: bool
) -> tuple[Fold, Float]:
    """Compute of a fold only what is seen at a glance: no wrong sums, and no shares (NaN) unless `with_shares`.

    Shapes:
        return  the fold, and its contributions drawn with at most `tile` pixels a side, (C, h, w)
    """
    parts = replace(_contributions(run, layer, channel), threads=1)
    count, height, width = parts.shape
    group = run.spec.channels_read(layer, channel)
    drawn = np.empty((count, *render.reduced_size(height, width, TILE)), np.float32)
    small = np.empty((count, *render.reduced_size(height, width, tile)), np.float32)
    ranges = np.empty((count, 2))

    def work(shared: Iterator[slice]) -> None:
        for some in shared:
            values = parts.batch(some)
            drawn[some] = render.block_means(values, TILE)
            small[some] = render.block_means(values, tile)
            ranges[some] = ends_of(values)

    share(parts.batches(), work, threads=run.layer(layer).threads)
    shares = np.full(count, np.nan)
    if with_shares:
        preactivation = run.layer(layer).trace.preactivation[channel]
        shares = fold.shares(parts.of(range(count)), preactivation)
    end = scale.end_of(drawn[group.start : group.stop])
    if run.muted:
        end = glance(run.whole, layer, channel, tile=tile, with_shares=False)[0].end
    results = FoldResults(kept=None, drawn=drawn, ranges=ranges, end=end, shares=shares, wrong={})
    return Fold(run=run, layer=layer, channel=channel, parts=results, end=end), small


def _contributions(run: Pass, layer: int, channel: int, kept: Float | None = None) -> Contributions:
    threads = run.layer(layer).threads
    return Contributions(run.trace(), layer, channel, threads=threads, kept=kept)
