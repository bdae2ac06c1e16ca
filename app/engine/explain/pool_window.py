"""The pool window behind one value of a layer's output, and which value of it was the greatest."""

from dataclasses import dataclass
from math import fsum

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import Trace
from app.engine.explain import linear
from app.engine.spec import windows
from app.engine.spec.layer import Pool
from app.engine.spec.windows import Places


@dataclass(frozen=True, eq=False)
class PoolWindow:
    """The activations, all of one map, in the pool window of one value of a layer's output.

    The ledger of `winner` (for a mean pool, of any pixel of the window) takes the explanation further down. In a
    layer without a pool, the window is the one pixel, and that is the winner.

    Shapes, for a pool of size p:
        rows     (p,)    row of each value in the map
        columns   (p,)    column of each value in the map
        values   (p, p)

    `winner` is (row, col) of the greatest value, the first in reading order if there are several; None for a
    mean pool. `total` is the greatest value or the exact mean, `output` the float32 value of the pass, and
    `difference` is `output` minus `total`: zero except for a mean.
    """

    how: Pool
    rows: Places
    columns: Places
    values: Float
    winner: tuple[int, int] | None
    total: float
    output: float
    difference: float


def window_of(trace: Trace, layer: int, channel: int, row: int, col: int) -> PoolWindow:
    """Return the pool window of one value of the output of layer `layer` (1 or 2) at `row`, `col` of the output.

    Shapes: for a pool of size p the window is (p, p); without a pool, (1, 1).

    Raises:
        PlaceError: there is no such layer, channel, row or column.
    """
    windows.check_place(trace.spec, layer, channel, row, col, pooled=True)
    this, (_, height, width) = trace.layers[layer - 1], trace.spec.input_shape(layer)
    all_rows, all_columns = windows.pool_sources(this.spec, (height, width))
    rows, columns = all_rows[row], all_columns[col]
    values = this.activation[channel, rows[:, None], columns]  # (p, p)
    if this.spec.pool == "average":
        winner, total = None, fsum(values.ravel().tolist()) / values.size
    else:
        down, across = (int(place[0]) for place in np.nonzero(linear.max_pool_winners(values)))
        winner, total = (int(rows[down]), int(columns[across])), float(values[down, across])
    output = float(this.output[channel, row, col])
    return PoolWindow(
        how=this.spec.pool,
        rows=rows,
        columns=columns,
        values=values,
        winner=winner,
        total=total,
        output=output,
        difference=output - total,
    )
