"""One value of a layer's output taken apart: the window of its pool, and which value won."""

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
class Pooled:
    """What one value of a pooled output is made of: the activations in its window, of its own map only.

    The ledger of `winner`, or for a mean that of any pixel of the window, goes on from here. Where the
    layer has no pool, the window is the one pixel, and it wins.

    Shapes, for a pool of size p:
        rows     (p,)    of the map
        columns  (p,)
        values   (p, p)

    `winner` is (row, col) of the greatest, among equals the first as one reads; None for a mean.
    `total` is the greatest or the exact mean, `output` what the pass stored in float32, and
    `difference` is `output` minus `total`: zero but for a mean.
    """

    how: Pool
    rows: Places
    columns: Places
    values: Float
    winner: tuple[int, int] | None
    total: float
    output: float
    difference: float


def pooled(trace: Trace, layer: int, channel: int, row: int, col: int) -> Pooled:
    """Take one value of the output of layer `layer` (1 or 2) apart; `row` and `col` are of the output.

    Raises:
        PlaceError: there is no such layer, channel, row or column.
    """
    windows.check_place(trace.spec, layer, channel, row, col, pooled=True)
    this, (_, height, width) = trace.layers[layer - 1], trace.spec.input_shape(layer)
    all_rows, all_columns = windows.pool_reads(this.spec, (height, width))
    rows, columns = all_rows[row], all_columns[col]
    values = this.activation[channel, rows[:, None], columns]  # (p, p)
    if this.spec.pool == "average":
        winner, total = None, fsum(values.ravel().tolist()) / values.size
    else:
        down, across = (int(place[0]) for place in np.nonzero(linear.winners(values)))
        winner, total = (int(rows[down]), int(columns[across])), float(values[down, across])
    output = float(this.output[channel, row, col])
    return Pooled(
        how=this.spec.pool,
        rows=rows,
        columns=columns,
        values=values,
        winner=winner,
        total=total,
        output=output,
        difference=output - total,
    )
