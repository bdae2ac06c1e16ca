"""The wall: all contributions of a layer at once, as a view."""

from app.drawing import scale
from app.drawing.sheets import SheetLayout
from app.engine.spec.layer import LayerSpec
from app.lab.compute.walls import BLOCKS, Wall
from app.lab.pieces import scales
from app.lab.pieces.kernels import input_names
from app.lab.pieces.tiles import TILE, box_view, layout_of, sheet_view
from app.lab.pieces.training import training_view
from app.lab.pieces.views import BoxView, KindView, LegendView, SheetView
from app.lab.state.state import Display
from app.lab.wall.pictures import PITCH, end_limit, ends, head_limit, heads
from app.lab.wall.views import (
    BandView,
    CellView,
    ChangesView,
    MadeOfView,
    ReachView,
    WallColumnView,
    WallRowView,
    WallView,
)
from app.messages import Message, sentence

FEW_COLUMNS = 8  # so few leave room for bands next to one another
BAND_ROWS = 16


def wall_view(
    one: Wall,
    display: Display,
    *,
    reach: ReachView | None = None,
    made_of: MadeOfView | None = None,
    cell: CellView | None = None,
    changes: ChangesView | None = None,
    kinds: tuple[KindView, ...] = (),
) -> WallView:
    """Describe the wall, with a column, a row or a cell open, and the kinds that the layer could have."""
    channels, filters = one.pictures.shape[:2]
    spec, muted = one.run.spec, one.muted()
    count, height, width = one.run.layer(one.layer).maps(display.show).shape
    layout = layout_of(count, height, width, TILE)
    read, layer = spec.channels_per_filter(one.layer), spec.layers[one.layer - 1]
    rows = _rows(one, display, layout)
    return WallView(
        layer=one.layer,
        channels=channels,
        filters=filters,
        read=read,
        kind=layer.kind,
        groups=layer.groups,
        multiplier=layer.multiplier,
        pattern=_pattern(layer),
        kinds=kinds,
        training=training_view(spec),
        count=filters * read,
        show=display.show,
        blocks=BLOCKS,
        means=tuple(tuple(row) for row in one.means.tolist()),
        columns=tuple(
            WallColumnView(channel=channel, name=name, muted=channel in muted)
            for channel, name in enumerate(input_names(spec, one.layer, one.run.bank(1)))
        ),
        rows=rows,
        muted=muted,
        picture=SheetView(
            columns=channels + 1, width=(channels + 1) * PITCH, height=(filters + 1) * PITCH
        ),
        heads=BoxView(x=0, y=0, width=channels * PITCH, height=PITCH),
        board=BoxView(x=0, y=PITCH, width=channels * PITCH, height=filters * PITCH),
        ends=BoxView(x=channels * PITCH, y=PITCH, width=PITCH, height=filters * PITCH),
        bands=_bands(rows, channels),
        tiles=sheet_view(layout),
        legend=_legend(one, display),
        head_legend=_head_legend(one, display),
        end_legend=_end_legend(one, display),
        tiles_legend=_tiles_legend(one, display),
        reach=reach,
        made_of=made_of,
        cell=cell,
        changes=changes,
    )


def _rows(one: Wall, display: Display, layout: SheetLayout) -> tuple[WallRowView, ...]:
    recorded = one.run.layer(one.layer)
    active, shown = recorded.ranges("activation"), recorded.ranges(display.show)
    names = recorded.trace.bank.names or (None,) * len(shown)
    return tuple(
        WallRowView(
            channel=channel,
            name=names[channel],
            silent=active[channel].silent,
            minimum=known.minimum,
            maximum=known.maximum,
            tile=box_view(layout, channel),
        )
        for channel, known in enumerate(shown)
    )


def _bands(rows: tuple[WallRowView, ...], channels: int) -> tuple[BandView, ...]:
    height = BAND_ROWS if channels <= FEW_COLUMNS else len(rows)
    return tuple(
        BandView(
            first=first,
            rows=band,
            board=BoxView(x=0, y=top, width=channels * PITCH, height=len(band) * PITCH),
            ends=BoxView(x=channels * PITCH, y=top, width=PITCH, height=len(band) * PITCH),
        )
        for first in range(0, len(rows), height)
        for band, top in [(rows[first : first + height], (first + 1) * PITCH)]
    )


def _pattern(layer: LayerSpec) -> Message:
    """Name the pattern of nonzero kernels that the kind of a layer gives the wall."""
    if layer.kind == "depthwise":
        return sentence("One a row")
    if layer.factored:
        one_kernel = layer.multiplier == 1
        return (
            sentence("Rank one") if one_kernel else sentence("Rank {rank}", rank=layer.multiplier)
        )
    return sentence("Block-diagonal") if layer.groups > 1 else sentence("Full")


def _legend(one: Wall, display: Display) -> LegendView:
    beyond = scale.share_beyond(one.pictures[one.shown()], one.limit)
    return scales.signed_legend(one.limit, display, beyond=beyond)


def _head_legend(one: Wall, display: Display) -> LegendView:
    limit = head_limit(one, display)
    beyond = scale.share_beyond(heads(one, display), limit)
    if one.layer == 2:
        return scales.maps_legend(one.run, 1, display, limit, beyond=beyond)
    one_sided = bool(one.run.image.min() >= 0)  # nothing is taken away from its values
    return scales.signed_legend(limit, display, beyond=beyond, one_sided=one_sided)


def _end_legend(one: Wall, display: Display) -> LegendView:
    limit = end_limit(one, display)
    beyond = scale.share_beyond(ends(one, display), limit)
    return scales.maps_legend(one.run, one.layer, display, limit, beyond=beyond)


def _tiles_legend(one: Wall, display: Display) -> LegendView | None:
    if display.scale == "map":
        return None
    return scales.grid_legend(one.run, one.layer, display, TILE)
