"""How one convolution is cut: which taps are gathered or added, and the strips of output rows.

Integers only; `conv` and `factored` do the work on arrays.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd, prod
from typing import Literal

import numpy as np

from app.engine.spec import LayerSpec

STRIP_BYTES = 2 * 2**20  # buffer and product of a strip: small enough for the cache
GATHERED_BYTES = 2 * 2**20  # the most to gather for an output row, unless a stride drops columns
BAND_ROWS = 6  # of the left-hand matrix, where one output row of a group has fewer

OUTSIDE = -1
NUMPY_MODES: dict[str, Literal["reflect", "edge", "wrap"]] = {
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}

Run = tuple[slice, slice | None]  # where to, where from; None where the border is zero


@dataclass(frozen=True)
class Strip:
    """Output rows of some groups made together, and the runs of input rows that they read."""

    groups: slice
    rows: slice
    count: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Plan:
    """How one convolution is cut into products and strips."""

    spec: LayerSpec
    output_hw: tuple[int, int]
    gathered: int  # horizontal taps in the buffer: kw or 1
    added: int  # horizontal taps in the product: 1 or kw
    step: int  # buffer rows from one output row to the next
    buffer_shape: tuple[int, int, int, int, int]  # (groups, rows, gathered, Cg, columns)
    product_shape: tuple[int, int, int, int, int]  # (groups, rows, added, Fg, columns), if added
    columns: tuple[tuple[Run, ...], ...]  # for each gathered tap
    strips: tuple[Strip, ...]

    @property
    def scratch_bytes(self) -> int:
        """Return the bytes of the buffer and the product, which each thread has for itself."""
        product = prod(self.product_shape) if self.added > 1 else 0
        return 4 * (prod(self.buffer_shape) + product)


def plan_strips(shape: tuple[int, ...], spec: LayerSpec) -> Plan:
    """Plan the convolution of an input of `shape` (C, H, W)."""
    channels, height, width = shape
    kernel_rows, dilation = spec.kernel[0], spec.dilation
    out_height, out_width = spec.map_hw(height, width)
    each_in, each_out = channels // spec.groups, spec.filters // spec.groups
    gathered, added = _split_taps(each_in, each_out, spec, out_width)
    columns = out_width + (added - 1) * dilation
    common = gcd(spec.stride, dilation)
    step, phases = spec.stride // common, dilation // common
    needs = _Needs(
        per_input_row=4 * each_in * gathered * columns,
        per_output_row=4 * each_out * added * columns,
        kernel_rows=kernel_rows,
        step=step,
    )
    whole = -(-out_height // phases)
    groups = max(1, min(spec.groups, STRIP_BYTES // needs.of(whole)))
    rows = max(1, min(needs.rows_within(STRIP_BYTES // groups), whole))
    row_sources, column_sources = (
        _sources(size, border, spec)
        for size, border in zip((height, width), spec.padding_hw(height, width), strict=True)
    )
    return Plan(
        spec=spec,
        output_hw=(out_height, out_width),
        gathered=gathered,
        added=added,
        step=step,
        buffer_shape=(groups, (rows - 1) * step + kernel_rows, gathered, each_in, columns),
        product_shape=(groups, rows, added, each_out, columns),
        columns=tuple(
            _runs(column_sources[tap * dilation :: spec.stride][:columns])
            for tap in range(gathered)
        ),
        strips=tuple(
            Strip(slice(first, first + groups), *cut)
            for first in range(0, spec.groups, groups)
            for cut in _cuts(out_height, phases, rows, row_sources, spec)
        ),
    )


@dataclass(frozen=True)
class _Needs:
    """The bytes that one group of a strip needs."""

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


def _split_taps(each_in: int, each_out: int, spec: LayerSpec, out_width: int) -> tuple[int, int]:
    """Return how many horizontal taps are gathered and how many added: the way that moves less."""
    rows, taps = spec.kernel
    bytes_gathered = 4 * each_in * rows * taps * out_width
    # With one channel and one filter in each group both move the same; gathering then adds less.
    less = each_in < each_out or (spec.groups > 1 and each_in == each_out)
    gather = spec.stride > 1 or (less and bytes_gathered <= GATHERED_BYTES)
    return (taps, 1) if gather else (1, taps)


def _sources(size: int, border: tuple[int, int], spec: LayerSpec) -> list[int]:
    """Return, for each place along a padded axis, the input that it repeats, or OUTSIDE."""
    inside = np.arange(size)
    if spec.padding_mode == "zeros":
        padded = np.pad(inside, border, constant_values=OUTSIDE)
    else:
        padded = np.pad(inside, border, mode=NUMPY_MODES[spec.padding_mode])
    return [int(source) for source in padded]


def _runs(sources: list[int]) -> tuple[Run, ...]:
    """Cut a list of indices into runs of equal steps, which slices can copy."""
    runs: list[Run] = []
    start = 0
    while start < len(sources):
        first, stop = sources[start], start + 1
        step = _step(sources[start : start + 2])
        while stop < len(sources) and sources[stop] == sources[stop - 1] + step:
            stop += 1
        source = None if first == OUTSIDE else _slice(first, step, stop - start)
        runs.append((slice(start, stop), source))
        start = stop
    return tuple(runs)


def _step(pair: list[int]) -> int:
    return 0 if OUTSIDE in pair or len(pair) == 1 else pair[1] - pair[0]


def _slice(first: int, step: int, count: int) -> slice:
    if step == 0:
        return slice(first, first + 1)  # one input, repeated by broadcasting
    end = first + step * count
    return slice(first, end if end >= 0 else None, step)


def _cuts(
    out_height: int, phases: int, rows: int, sources: list[int], spec: LayerSpec
) -> Iterator[tuple[slice, int, tuple[Run, ...]]]:
    """Cut the output into strips of rows that lie `phases` apart, and so share input rows."""
    step = spec.stride * phases // spec.dilation
    for phase in range(phases):
        total = len(range(phase, out_height, phases))
        for start in range(0, total, rows):
            count = min(rows, total - start)
            top = phase + start * phases
            reads = sources[top * spec.stride :: spec.dilation]
            reads = reads[: (count - 1) * step + spec.kernel[0]]
            yield slice(top, top + count * phases, phases), count, _runs(reads)
