"""The maps of a layer as a grid, one map with its filter, and the pictures of both."""

import numpy as np
from numpy.typing import NDArray

from app.engine.filters import full_bank
from app.engine.spec import StackSpec
from app.engine.stats import Statistics
from app.engine.trace import Float
from app.imaging import colormaps, render
from app.imaging.png import encode_png
from app.imaging.sheets import SheetLayout, sheet, sheet_layout
from app.lab.state import Contrast, Display
from app.lab.traces import Pass
from app.lab.views import (
    BoxView,
    KernelView,
    LegendView,
    MapsView,
    MapView,
    SheetView,
    StatisticsView,
    TickView,
    TileView,
)

TILE = 128  # pixels a side of a tile in a sheet; larger maps are averaged down to it
LEGEND_STOPS = 17
KERNEL_CONTRAST: Contrast = "root"  # small weights are many, and matter
CHANNEL_NAMES = {1: ("grey",), 3: ("R", "G", "B")}


def maps_view(run: Pass, number: int, display: Display, tile: int = TILE) -> MapsView:
    """Describe the grid of layer `number`."""
    shown = statistics(run, number, display)
    names = run.trace.layers[number - 1].bank.names or (None,) * len(shown)
    filters, height, width = run.trace.spec.output_shape(number)
    factor = render.block_factor(height, width, tile)
    layout = sheet_layout(filters, -(-height // factor), -(-width // factor))
    limits = scale_limits(run, number, display)
    return MapsView(
        layer=number,
        shape=(filters, height, width),
        show=display.show,
        scale=display.scale,
        legend=None if display.scale == "map" else _layer_legend(limits[0], display),
        sheet=_sheet_view(layout),
        tiles=tuple(
            TileView(
                channel=channel,
                name=name,
                statistics=_statistics_view(one),
                box=_box_view(layout, channel),
            )
            for channel, (name, one) in enumerate(zip(names, shown, strict=True))
        ),
        silent=sum(one.silent for one in shown),
    )


def map_view(run: Pass, number: int, channel: int, display: Display) -> MapView:
    """Describe one map and its filter."""
    spec = run.trace.spec
    layer = run.trace.layers[number - 1]
    _, height, width = spec.output_shape(number)
    kernels = filter_kernels(run, number, channel)  # (C, kh, kw)
    layout = sheet_layout(len(kernels), *layer.spec.kernel)
    return MapView(
        layer=number,
        channel=channel,
        name=layer.bank.names[channel] if layer.bank.names else None,
        show=display.show,
        height=height,
        width=width,
        statistics=_statistics_view(statistics(run, number, display)[channel]),
        preactivation=_statistics_view(run.layers[number - 1].preactivation[channel]),
        activation=layer.spec.activation,
        legend=_layer_legend(scale_limits(run, number, display)[channel], display),
        comparable=display.scale != "map",
        filter_shape=(*layer.spec.kernel, spec.channels_per_filter(number)),
        bias=float(layer.bank.bias[channel]),
        bias_used=layer.spec.bias,
        kernels=_kernel_views(spec, run, number, channel, kernels, layout),
        kernel_sheet=_sheet_view(layout),
        kernel_legend=_legend(
            _largest(kernels), Display(contrast=KERNEL_CONTRAST), colormaps.WEIGHTS
        ),
    )


def sheet_png(run: Pass, number: int, display: Display, tile: int = TILE) -> bytes:
    """Draw all maps of layer `number` into one picture, each at most `tile` pixels a side."""
    maps = render.block_means(shown_maps(run, number, display), tile)  # (F, h, w)
    limits = scale_limits(run, number, display)
    indices = render.signed_indices(maps, limits, contrast=display.contrast)
    layout = sheet_layout(*maps.shape)
    return encode_png(sheet(indices, layout), colormaps.SIGNED)


def map_png(run: Pass, number: int, channel: int, display: Display) -> bytes:
    """Draw one map at its full size."""
    limit = scale_limits(run, number, display)[channel]
    values = shown_maps(run, number, display)[channel]
    indices = render.signed_indices(values, float(limit), contrast=display.contrast)
    return encode_png(indices, colormaps.SIGNED)


def filter_png(run: Pass, number: int, channel: int) -> bytes:
    """Draw all kernels of one filter into one picture, a pixel a weight, on one scale."""
    kernels = filter_kernels(run, number, channel)  # (C, kh, kw)
    indices = render.signed_indices(kernels, _largest(kernels), contrast=KERNEL_CONTRAST)
    layout = sheet_layout(*kernels.shape)
    return encode_png(sheet(indices, layout), colormaps.WEIGHTS)


def shown_maps(run: Pass, number: int, display: Display) -> Float:
    """Return the maps of a layer before or after the activation, (F, H', W')."""
    layer = run.trace.layers[number - 1]
    return layer.activation if display.show == "activation" else layer.preactivation


def statistics(run: Pass, number: int, display: Display) -> tuple[Statistics, ...]:
    """Return the statistics of the maps that are shown."""
    recorded = run.layers[number - 1]
    return recorded.activation if display.show == "activation" else recorded.preactivation


def scale_limits(run: Pass, number: int, display: Display) -> NDArray[np.float32]:
    """Return, for each map, the absolute value from which on the strongest colour is used, (F,).

    A map's own scale ends at its greatest value. A shared one ends where about 1 value in 200 lies beyond:
    a few strong ones would leave all others pale.
    """
    own = _limits(statistics(run, number, display))
    if display.scale == "map":
        return own
    layers = (1, 2) if display.scale == "stack" else (number,)
    shared = max(run.layers[layer - 1].common_magnitude(display.show) for layer in layers)
    return np.full_like(own, shared)


def filter_kernels(run: Pass, number: int, channel: int) -> Float:
    """Return all kernels of one filter, (C, kh, kw); those of other groups' channels are zero."""
    spec = run.trace.spec
    weight = run.trace.layers[number - 1].bank.weight
    channels = spec.input_shape(number)[0]
    kernels: Float = full_bank(weight, spec.layers[number - 1].groups, channels)[channel]
    return kernels


def _limits(shown: tuple[Statistics, ...]) -> NDArray[np.float32]:
    return np.array([max(abs(one.minimum), abs(one.maximum)) for one in shown], np.float32)


def _largest(kernels: Float) -> float:
    return float(np.abs(kernels).max())


def _kernel_views(
    spec: StackSpec,
    run: Pass,
    number: int,
    channel: int,
    kernels: Float,
    layout: SheetLayout,
) -> tuple[KernelView, ...]:
    each = spec.channels_per_filter(number)
    group = channel // (spec.layers[number - 1].filters // spec.layers[number - 1].groups)
    names = _input_names(run, number)
    return tuple(
        KernelView(
            channel=index,
            name=names[index],
            reads=index // each == group,
            weights=tuple(tuple(row) for row in kernel.tolist()),
            box=_box_view(layout, index),
        )
        for index, kernel in enumerate(kernels)
    )


def _input_names(run: Pass, number: int) -> tuple[str | None, ...]:
    channels = run.trace.spec.input_shape(number)[0]
    if number == 1:
        return CHANNEL_NAMES[channels]
    return run.trace.layers[0].bank.names or (None,) * channels


def _statistics_view(one: Statistics) -> StatisticsView:
    return StatisticsView(
        minimum=one.minimum, maximum=one.maximum, mean=one.mean, zeros=one.zeros, silent=one.silent
    )


def _box_view(layout: SheetLayout, index: int) -> BoxView:
    x, y, width, height = layout.box(index)
    return BoxView(x=x, y=y, width=width, height=height)


def _sheet_view(layout: SheetLayout) -> SheetView:
    return SheetView(columns=layout.columns, width=layout.width, height=layout.height)


def _layer_legend(limit: float, display: Display) -> LegendView:
    return _legend(limit, display, colormaps.SIGNED, open_ended=display.scale != "map")


def _legend(
    limit: float, display: Display, table: NDArray[np.uint8], *, open_ended: bool = False
) -> LegendView:
    values = [
        sign * share * float(limit)
        for sign, share in ((-1, 1), (-1, 0.25), (0, 0), (1, 0.25), (1, 1))
    ]
    return LegendView(
        limit=float(limit),
        open_ended=open_ended,
        stops=tuple(colormaps.stops(table, LEGEND_STOPS)),
        ticks=tuple(
            TickView(value=value, position=(1 + place) / 2)
            for value in values
            for place in [render.position(value, float(limit), contrast=display.contrast)]
        ),
    )
