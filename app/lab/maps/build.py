"""The maps of a layer as a grid, and one map with its filter."""

from app.drawing.sheets import sheet_layout
from app.engine.explain.statistics import Statistics
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes, check_layer, check_map
from app.lab.maps.kernel_editor import open_editor
from app.lab.maps.views import EditorView, MapsView, MapView, TileView
from app.lab.pieces import layer_summary, pixel_alignment, scales
from app.lab.pieces.kernels import filter_kernels, input_names, kernel_views
from app.lab.pieces.tiles import LARGE_TILE, TILE, box_view, layout_of, sheet_view
from app.lab.pieces.views import RangeView, StatisticsView
from app.lab.state.state import Display, State


def maps_view(passes: Passes, state: State, layer: int) -> MapsView:
    """Return the grid of one layer as it stands alone, in large tiles.

    Raises:
        NoSuchMap: the stack has no such layer.
    """
    check_layer(layer)
    return grid_view(passes.run(state), layer, state.display, LARGE_TILE)


def map_view(
    passes: Passes, state: State, layer: int, channel: int, *, kernel: int | None = None
) -> MapView:
    """Return one map with its filter; the `kernel` for that input channel can be set by hand.

    Raises:
        NoSuchMap: the stack has no such map.
        PlaceError: the filter has no such kernel, or none that can be set.
    """
    check_map(state, layer, channel)
    editor = None if kernel is None else open_editor(passes, state, (layer, channel, kernel))
    return one_map_view(passes.run(state), layer, channel, state.display, editor)


def grid_view(run: Pass, number: int, display: Display, tile: int = TILE) -> MapsView:
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
        legend=None if display.scale == "map" else scales.grid_legend(run, number, display, tile),
        tile=tile,
        sheet=sheet_view(layout, halves=True),
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


def one_map_view(
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
        legend=scales.map_legend(run, number, channel, display),
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


def _statistics_view(one: Statistics, *, silent: bool) -> StatisticsView:
    return StatisticsView(
        minimum=one.minimum, maximum=one.maximum, mean=one.mean, zeros=one.zeros, silent=silent
    )
