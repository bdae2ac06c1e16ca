"""How one convolution is divided up: which taps are gathered or added, and the strips of output rows.

Integers only; `sliding` does the work on arrays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import gcd, prod

from app.engine.compute.runs import Run, runs, sources
from app.engine.spec.stack import LayerSpec

STRIP_BYTES = 2 * 2**20  # buffer and product of one strip, to fit the cache of a core
GATHERED_BYTES = 2 * 2**20  # the most gathered for one output row, unless a stride skips columns
BAND_FILTERS = 2  # groups of up to so many filters make BAND_ROWS output rows with one product
BAND_ROWS = 4  # more would multiply too many zeros


@dataclass(frozen=True)
class Strip:
    """Output rows of some groups that are computed together, and the runs of input rows that they read."""

    groups: slice
    rows: slice
    count: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Plan:
    """How one convolution is divided into matrix products and strips."""

    spec: LayerSpec
    output_hw: tuple[int, int]
    gathered: int  # horizontal taps in the buffer: kw or 1
    added: int  # horizontal taps in the product: 1 or kw
    band: int  # output rows that one product makes
    step: int  # buffer rows from one output row to the next
    buffer_shape: tuple[int, int, int, int, int]  # (groups, rows, gathered, Cg, columns)
    product_shape: tuple[int, int, int, int, int, int]  # (groups, bands, added, Fg, band, columns)
    columns: tuple[tuple[Run, ...], ...]  # for each gathered tap
    cuts: tuple[tuple[Strip, ...], ...]  # strips with the same rows are grouped

    @property
    def strips(self) -> tuple[Strip, ...]:
        """Return all strips."""
        return tuple(strip for cut in self.cuts for strip in cut)

    @property
    def direct(self) -> bool:
        """Return whether products can be written straight into the result, without scratch memory."""
        return self.added == 1 and 1 in (self.band, self.product_shape[3])

    @property
    def scratch_bytes(self) -> int:
        """Return the bytes of the buffer and the product; each thread has its own."""
        return 4 * (prod(self.buffer_shape) + (0 if self.direct else prod(self.product_shape)))


@lru_cache(maxsize=64)
def plan_strips(
    shape: tuple[int, ...],
    spec: LayerSpec,
    *,
    gather: bool | None = None,
    most_rows: int | None = None,
    nbytes: int = STRIP_BYTES,
) -> Plan:
    """Plan the convolution of an input of `shape` (C, H, W).

    `gather` says whether the horizontal taps are gathered; None decides by the number of channels and
    filters. With a stride they always are. A strip has at most `most_rows` rows and `nbytes` bytes of
    buffer and product, unless a single band of one group needs more.
    """
    channels, height, width = shape
    out_height, out_width = spec.map_hw(height, width)
    each_in, each_out = channels // spec.groups, spec.filters // spec.groups
    gathered, added = _split_taps(each_in, each_out, spec, out_width, gather)
    columns = out_width + (added - 1) * spec.dilation
    common = gcd(spec.stride, spec.dilation)
    step, phases = spec.stride // common, spec.dilation // common
    needs = _GroupBytes(
        per_input_row=4 * each_in * gathered * columns,
        per_output_row=4 * each_out * added * columns,
        kernel_rows=spec.kernel[0],
        step=step,
    )
    whole = -(-out_height // phases)
    few = spec.groups > 1 and each_out <= BAND_FILTERS and spec.kernel[0] > 1
    band = min(BAND_ROWS if few else 1, whole)
    most = min(whole, most_rows or whole)
    groups = max(1, min(spec.groups, nbytes // needs.of(most)))
    rows = max(1, min(needs.rows_within(nbytes // groups), most) // band) * band
    row_sources, column_sources = (
        sources(size, border, spec.padding_mode)
        for size, border in zip((height, width), spec.padding_hw(height, width), strict=True)
    )
    return Plan(
        spec=spec,
        output_hw=(out_height, out_width),
        gathered=gathered,
        added=added,
        band=band,
        step=step,
        buffer_shape=(groups, (rows - 1) * step + spec.kernel[0], gathered, each_in, columns),
        product_shape=(groups, rows // band, added, each_out, band, columns),
        columns=tuple(
            runs(column_sources[tap * spec.dilation :: spec.stride][:columns])
            for tap in range(gathered)
        ),
        cuts=tuple(
            tuple(
                Strip(slice(first, first + groups), *cut) for first in range(0, spec.groups, groups)
            )
            for cut in _cuts(out_height, phases, rows, row_sources, spec)
        ),
    )


@dataclass(frozen=True)
class _GroupBytes:
    """The memory that one group of a strip needs."""

    per_input_row: int
    per_output_row: int
    kernel_rows: int
    step: int

    def of(self, rows: int) -> int:
        """Return the bytes for that many output rows."""
        inputs = (rows - 1) * self.step + self.kernel_rows
        return self.per_input_row * inputs + self.per_output_row * rows

    def rows_within(self, nbytes: int) -> int:
        """Return how many output rows fit."""
        each = self.of(2) - self.of(1)
        return (nbytes - self.of(1)) // each + 1


def _split_taps(
    each_in: int, each_out: int, spec: LayerSpec, out_width: int, gather: bool | None
) -> tuple[int, int]:
    """Return how many horizontal taps are gathered and how many added, whichever moves less memory."""
    rows, taps = spec.kernel
    if gather is None:
        # With one channel and one filter per group both move the same; gathering then needs fewer
        # additions.
        less = each_in < each_out or (spec.groups > 1 and each_in == each_out)
        gather = less and 4 * each_in * rows * taps * out_width <= GATHERED_BYTES
    return (taps, 1) if gather or spec.stride > 1 else (1, taps)


def _cuts(
    out_height: int, phases: int, rows: int, row_sources: list[int], spec: LayerSpec
) -> Iterator[tuple[slice, int, tuple[Run, ...]]]:
    """Cut the output into strips of rows that are `phases` apart, and so share input rows."""
    step = spec.stride * phases // spec.dilation
    for phase in range(phases):
        total = len(range(phase, out_height, phases))
        for start in range(0, total, rows):
            count = min(rows, total - start)
            top = phase + start * phases
            reads = row_sources[top * spec.stride :: spec.dilation]
            reads = reads[: (count - 1) * step + spec.kernel[0]]
            yield slice(top, top + count * phases, phases), count, runs(reads)
