"""Where the colour scales of maps and kernels end, and the legends that say so: the only place that decides."""

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render, scale
from app.engine.arrays import Float
from app.engine.spec.layer import NEVER_NEGATIVE
from app.lab.compute.layer_cache import Pass
from app.lab.compute.recorded import TILE
from app.lab.pieces.views import LegendView, TickView
from app.lab.state.state import LAYERS, Contrast, Display, Show

LEGEND_STOPS = 11  # from zero to an end, which hits the stops that its colours are made of
TICKS = (-1, 0, 0.2, 1)  # of the limit; a fifth would touch another
KERNEL_CONTRAST: Contrast = "root"  # small weights are many, and matter
ROUNDING = 1e-5  # of where a layer's scale ends: what is smaller is rounding, not structure


def scale_limits(run: Pass, number: int, display: Display) -> NDArray[np.float32]:
    """Return, for each map, the absolute value from which on the strongest colour is used, (F,).

    It is measured on the tiles of a sheet, and holds for every picture of these maps, small or large. A
    map's own scale is never so narrow that rounding would look like structure.
    """
    filters = run.spec.layers[number - 1].filters
    if display.scale == "map":
        own = map_ends(run.layer(number).drawn(display.show))
        return np.maximum(own, rounding(run, number, display))
    layers = LAYERS if display.scale == "stack" else (number,)
    shared = max(_layer_end(run.whole, one, display.show) for one in layers)
    return np.full(filters, shared, np.float32)


def map_ends(drawn: Float) -> NDArray[np.float32]:
    """Return where the scale of each map ends if it has one of its own: (F, h, w) to (F,)."""
    return np.array([scale.end_of(one) for one in drawn], np.float32)


def rounding(run: Pass, number: int, display: Display) -> float:
    """Return the size below which values of a layer are rounding."""
    return ROUNDING * _layer_end(run, number, display.show)


def grid_legend(run: Pass, number: int, display: Display, tile: int) -> LegendView:
    """Describe the scale of a sheet of tiles, and the share of its pixels that lie beyond it."""
    limit = float(scale_limits(run, number, display)[0])
    layer = run.layer(number)

    def count() -> float:
        at_hand = layer.drawn(display.show)
        drawn = at_hand if tile == TILE else render.block_means(layer.maps(display.show), tile)
        return scale.share_beyond(drawn, limit)

    beyond = layer.results.get(("beyond", display.show, tile, limit), count)
    return maps_legend(run, number, display, limit, beyond=beyond)


def map_legend(run: Pass, number: int, channel: int, display: Display) -> LegendView:
    """Describe the scale of one map at its full size."""
    limit = float(scale_limits(run, number, display)[channel])
    values = run.layer(number).maps(display.show)[channel]
    return maps_legend(run, number, display, limit, beyond=scale.share_beyond(values, limit))


def maps_legend(
    run: Pass, number: int, display: Display, limit: float, *, beyond: float
) -> LegendView:
    """Describe a scale of maps of a layer, from 0 on where they cannot be negative."""
    activation = run.spec.layers[number - 1].activation
    one_sided = display.show != "preactivation" and activation in NEVER_NEGATIVE
    return signed_legend(limit, display, beyond=beyond, one_sided=one_sided)


def signed_legend(
    limit: float, display: Display, *, beyond: float, one_sided: bool = False
) -> LegendView:
    """Describe a scale of values to `limit`, from -limit or, `one_sided`, from 0."""
    return _legend(limit, display.contrast, colormaps.SIGNED, beyond, one_sided=one_sided)


def kernel_legend(kernels: Float) -> LegendView:
    """Describe the colours of one filter's weights."""
    return _legend(largest(kernels), KERNEL_CONTRAST, colormaps.WEIGHTS, 0.0)


def largest(kernels: Float) -> float:
    """Return the greatest absolute weight."""
    return float(np.abs(kernels).max())


def _layer_end(run: Pass, number: int, show: Show) -> float:
    layer = run.layer(number)
    return layer.results.get(("end", show), lambda: scale.end_of(layer.drawn(show)))


def _legend(
    limit: float,
    contrast: Contrast,
    table: NDArray[np.uint8],
    beyond: float,
    *,
    one_sided: bool = False,
) -> LegendView:
    sides, first = (1, colormaps.ZERO) if one_sided else (2, colormaps.NO_VALUE + 1)
    values = [part * limit for part in TICKS if part >= 0 or not one_sided] if limit else [0.0]
    places = [render.position(value, limit, contrast=contrast) for value in values]  # -1 to 1
    return LegendView(
        minimum=0.0 if one_sided else 0.0 - limit,
        limit=limit,
        beyond=beyond,
        stops=tuple(colormaps.stops(table, sides * (LEGEND_STOPS - 1) + 1, first=first)),
        ticks=tuple(
            TickView(value=value, position=place if one_sided else (1 + place) / 2)
            for value, place in zip(values, places, strict=True)
        ),
    )
