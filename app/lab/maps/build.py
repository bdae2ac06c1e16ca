"""The maps of a layer as a grid, one map with its filter, and the pictures of both."""

from collections.abc import Iterator

import numpy as np

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.drawing.sheets import sheet, sheet_layout
from app.engine.compute.threads import share
from app.engine.explain.statistics import Statistics
from app.lab.compute.layer_cache import Pass
from app.lab.maps.views import MapsView, MapView, TileView
from app.lab.pieces import layer_summary, pixel_alignment, scales
from app.lab.pieces.kernels import filter_kernels, input_names, kernel_views
from app.lab.pieces.tiles import TILE, box_view, layout_of, sheet_view
from app.lab.pieces.views import RangeView, StatisticsView
from app.lab.state.state import Display
from app.lab.weights.views import EditorView

SHARED = 8  # maps that a thread draws at a time


def maps_view(run: Pass, number: int, display: Display, tile: int = TILE) -> MapsView:
    """Describe the grid of layer `number`, drawn with tiles of at most `tile` pixels a side."""
    recorded = run.layer(number)
    filters, height, width = recorded.maps(display.show).shape
    turned = run.turned(number) or (None,) * filters
    names = recorded.trace.bank.names or (None,) * filters
    layout = layout_of(filters, height, width, tile)
    noise = scales.rounding(run, number, display)
    shown, active = recorded.ranges(display.show), recorded.ranges("activation")
    return MapsView(
        layer=number,
        shape=(filters, height, width),
        show=display.show,
        scale=display.scale,
        legend=(None if display.scale == "map" else scales.layer_legend(run, number, 0, display)),
        tile=tile,
        sheet=sheet_view(layout),
        tiles=tuple(
            TileView(
                channel=channel,
                name=names[channel],
                muted=number == 1 and channel in run.muted,
                statistics=RangeView(
                    minimum=one.minimum, maximum=one.maximum, silent=active[channel].silent
                ),
                only_rounding=0 < max(abs(one.minimum), abs(one.maximum)) < noise,
                turned=turned[channel],
                box=box_view(layout, channel),
            )
            for channel, one in enumerate(shown)
        ),
        silent=sum(one.silent for one in active),
        pixels=pixel_alignment.pixels_along(run.spec, number, display.show),
        unread=layer_summary.unread_of_maps(run.spec, number, display.show),
    )


def map_view(
    run: Pass, number: int, channel: int, display: Display, editor: EditorView | None = None
) -> MapView:
    """Describe one map and its filter."""
    spec, recorded = run.spec, run.layer(number)
    layer, bank = recorded.trace.spec, recorded.trace.bank
    _, height, width = recorded.maps(display.show).shape
    pooled = display.show == "activation"
    kernels, turned = filter_kernels(bank, channel), run.turned(number)  # (C, kh, kw)
    layout, names = sheet_layout(*kernels.shape), input_names(spec, number, run.bank(1))
    silent = recorded.ranges("activation")[channel].silent
    shown, before = (recorded.statistics(show, channel) for show in (display.show, "preactivation"))
    return MapView(
        layer=number,
        channel=channel,
        name=bank.names[channel] if bank.names else None,
        show=display.show,
        scale=display.scale,
        height=height,
        width=width,
        statistics=_statistics_view(shown, silent=silent),
        preactivation=_statistics_view(before, silent=silent),
        activation=layer.activation,
        pool=layer.pool,
        pool_size=layer.pool_size,
        output_size=spec.output_shape(number)[1:],
        pins=(pixel_alignment.output_plane if pooled else pixel_alignment.pixels_over_maps)(
            spec, number
        ),
        unread=layer_summary.unread_of_maps(spec, number, display.show),
        turned=turned[channel] if turned else None,
        legend=scales.layer_legend(run, number, channel, display),
        kind=layer.kind,
        multiplier=layer.multiplier,
        filter_shape=(*layer.kernel, spec.channels_per_filter(number)),
        bias=float(bank.bias[channel]),
        bias_used=layer.bias,
        kernels=kernel_views(spec, number, channel, kernels, layout, names),
        kernel_sheet=sheet_view(layout),
        kernel_legend=scales.kernel_legend(kernels),
        editor=editor,
    )


def sheet_png(run: Pass, number: int, display: Display, tile: int = TILE) -> bytes:
    """Draw all maps of layer `number` into one picture, each at most `tile` pixels a side."""
    maps = run.layer(number).maps(display.show)  # (F, H', W')
    limits = scales.scale_limits(run, number, display)
    filters, height, width = maps.shape
    layout = layout_of(filters, height, width, tile)
    indices = np.empty((filters, layout.tile_height, layout.tile_width), np.uint8)

    def work(parts: Iterator[slice]) -> None:
        for part in parts:
            small = render.block_means(maps[part], tile)  # (n, h, w)
            indices[part] = render.signed_indices(small, limits[part], contrast=display.contrast)

    parts = [slice(start, start + SHARED) for start in range(0, filters, SHARED)]
    share(parts, work, threads=run.layer(number).threads)
    return encode_png(sheet(indices, layout), colormaps.SIGNED)


def map_png(run: Pass, number: int, channel: int, display: Display) -> bytes:
    """Draw one map at its full size."""
    limit = float(scales.scale_limits(run, number, display)[channel])
    values = run.layer(number).maps(display.show)[channel]
    return encode_png(
        render.signed_indices(values, limit, contrast=display.contrast), colormaps.SIGNED
    )


def _statistics_view(one: Statistics, *, silent: bool) -> StatisticsView:
    return StatisticsView(
        minimum=one.minimum, maximum=one.maximum, mean=one.mean, zeros=one.zeros, silent=silent
    )
