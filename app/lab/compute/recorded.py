"""One layer of a pass: its arrays, and what pages show of them."""

from math import prod

import numpy as np

from app.drawing import render
from app.engine.arrays import Float
from app.engine.compute.activations import ORDER_KEPT
from app.engine.compute.trace import LayerTrace
from app.engine.explain.statistics import (
    Range,
    Statistics,
    ends_of,
    ranges,
    ranges_after,
    ranges_from,
    statistics,
)
from app.engine.spec.stack import StackSpec
from app.lab.compute.results import Results
from app.lab.state.state import Show

TILE = 96  # pixels a side of a tile in a sheet, twice what a grid shows; larger maps are averaged down to it


class Seen:
    """What almost every page needs of the maps of a layer, measured while they are computed.

    Each is in the cache of a core then; reading them all again takes 2 ms.
    """

    def __init__(self, spec: StackSpec, number: int) -> None:
        filters, height, width = spec.output_shape(number)
        self.ends = np.empty((filters, 2), np.float32)  # of the pre-activations
        self.drawn = np.empty((filters, *render.reduced_size(height, width, TILE)), np.float32)

    def look(self, some: slice, preactivation: Float, output: Float) -> None:
        """Measure a few maps."""
        self.ends[some] = ends_of(preactivation)
        self.drawn[some] = render.block_means(output, TILE)


class RecordedLayer:
    """The arrays of one layer, and results computed from them on demand or `seen` before."""

    def __init__(self, trace: LayerTrace, threads: int = 1, seen: Seen | None = None) -> None:
        self.trace = trace
        self.threads = threads
        self.results = Results()
        if seen:
            self.results.get(("ranges", "preactivation"), lambda: ranges_from(seen.ends))
            self.results.get(("drawn", "activation"), lambda: seen.drawn)

    @property
    def nbytes(self) -> int:
        """Return the bytes that keeping the layer takes, with its maps as a sheet shows them."""
        one = self.trace
        arrays = [one.bank.weight, one.preactivation, one.activation, one.output]
        arrays += [] if one.bank.pointwise is None else [one.bank.pointwise]
        filters, height, width = one.preactivation.shape
        drawn: int = 4 * filters * prod(render.reduced_size(height, width, TILE))
        return drawn + sum({id(array): array.nbytes for array in arrays}.values())

    def maps(self, show: Show) -> Float:
        """Return the maps before the activation, after it, or after both activation and pool, (F, H', W')."""
        one = self.trace
        if show == "activation":
            return one.output
        return one.activation if show == "unpooled" else one.preactivation

    def ranges(self, show: Show) -> tuple[Range, ...]:
        """Return the range of each map."""
        return self.results.get(("ranges", show), lambda: self._ranges(show))

    def _ranges(self, show: Show) -> tuple[Range, ...]:
        one, maps = self.trace, self.maps(show)
        follows = show != "preactivation" and maps is one.activation
        if follows and one.spec.activation in ORDER_KEPT:
            return ranges_after(one.spec.activation, self.ranges("preactivation"))
        return ranges(maps, threads=self.threads)

    def statistics(self, show: Show, channel: int) -> Statistics:
        """Return the statistics of one map."""
        return self.results.get(
            ("statistics", show, channel), lambda: statistics(self.maps(show)[channel])
        )

    def drawn(self, show: Show) -> Float:
        """Return the maps as a sheet shows them: their block means, at most `TILE` pixels a side, (F, h, w)."""
        return self.results.get(("drawn", show), lambda: render.block_means(self.maps(show), TILE))
