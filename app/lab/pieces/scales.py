"""Where the colour scales end, and the legends that say so."""

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render
from app.engine.arrays import Float
from app.lab.compute.layer_cache import Pass
from app.lab.pieces.views import LegendView, TickView
from app.lab.state.state import LAYERS, Contrast, Display

LEGEND_STOPS = 17
TICKS = (-1, -0.2, 0, 0.2, 1)  # of the limit
KERNEL_CONTRAST: Contrast = "root"  # small weights are many, and matter
ROUNDING = 1e-5  # of a layer's common magnitude: what is smaller is rounding, not structure


def scale_limits(run: Pass, number: int, display: Display) -> NDArray[np.float32]:
    """Return, for each map, the absolute value from which on the strongest colour is used, (F,).

    A scale ends where about 1 value in 200 lies beyond: a few strong ones would leave all others pale. A
    map's own scale is never so narrow that rounding would look like structure.
    """
    layer, filters = run.layer(number), run.spec.layers[number - 1].filters
    if display.scale == "map":
        return np.maximum(layer.common_magnitudes(display.show), rounding(run, number, display))
    layers = LAYERS if display.scale == "stack" else (number,)
    shared = max(run.whole.layer(one).common_magnitude(display.show) for one in layers)
    return np.full(filters, shared, np.float32)


def rounding(run: Pass, number: int, display: Display) -> float:
    """Return the size below which values of a layer are rounding."""
    return ROUNDING * run.layer(number).common_magnitude(display.show)


def layer_legend(run: Pass, number: int, channel: int, display: Display) -> LegendView:
    """Describe the scale of one map, and the share of the values it covers that lie beyond it."""
    limit = float(scale_limits(run, number, display)[channel])
    if display.scale == "map":
        values = run.layer(number).maps(display.show)[channel]
        beyond = float(np.mean(np.abs(values) > limit))
    else:
        layers = LAYERS if display.scale == "stack" else (number,)
        shares = [run.layer(one).share_beyond(display.show, limit) for one in layers]
        sizes = [run.layer(one).maps(display.show).size for one in layers]
        beyond = float(np.average(shares, weights=sizes))
    return signed_legend(limit, display, beyond=beyond)


def signed_legend(limit: float, display: Display, *, beyond: float) -> LegendView:
    """Describe a scale of map values from -limit to limit."""
    return _legend(limit, display.contrast, colormaps.SIGNED, beyond)


def kernel_legend(kernels: Float) -> LegendView:
    """Describe the colours of one filter's weights."""
    return _legend(largest(kernels), KERNEL_CONTRAST, colormaps.WEIGHTS, 0.0)


def largest(kernels: Float) -> float:
    """Return the greatest absolute weight."""
    return float(np.abs(kernels).max())


def _legend(
    limit: float, contrast: Contrast, table: NDArray[np.uint8], beyond: float
) -> LegendView:
    values = [part * limit for part in TICKS] if limit else [0.0]
    return LegendView(
        limit=limit,
        beyond=beyond,
        stops=tuple(colormaps.stops(table, LEGEND_STOPS)),
        ticks=tuple(
            TickView(
                value=value, position=(1 + render.position(value, limit, contrast=contrast)) / 2
            )
            for value in values
        ),
    )
