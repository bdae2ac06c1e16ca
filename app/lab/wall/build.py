"""The wall: all contributions of a layer at once, as one picture and as a view."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.engine.arrays import Float
from app.engine.explain import wall
from app.engine.explain.statistics import common_magnitude
from app.engine.spec.layer import LayerSpec
from app.lab.compute.layer_cache import BEYOND_SCALE, Pass
from app.lab.kinds.views import KindView
from app.lab.pieces import scales
from app.lab.pieces.kernels import input_names
from app.lab.pieces.training import training_view
from app.lab.pieces.views import BoxView, LegendView, SheetView
from app.lab.state.state import Display
from app.lab.wall.views import (
    CellView,
    ChangesView,
    MadeOfView,
    ReachView,
    WallColumnView,
    WallRowView,
    WallView,
)

BLOCKS = 16  # pixels a side of a small picture, at most
PITCH = BLOCKS + 2  # from one place of the wall to the next; the pixels between are transparent


@dataclass(frozen=True)
class Wall:
    """All contributions of layer `layer` of a pass, (C, F, bh, bw), and their means, (C, F)."""

    run: Pass
    layer: int
    pictures: Float
    means: NDArray[np.float64]
    limit: float  # where the one scale of the contributions ends, muted ones counted

    def reads(self) -> NDArray[np.bool_]:
        """Return which channels each filter reads, (C, F)."""
        channels, filters = self.pictures.shape[:2]
        reads = np.zeros((channels, filters), np.bool_)
        for index in range(filters):
            reads[list(self.run.spec.channels_read(self.layer, index)), index] = True
        return reads

    def muted(self) -> tuple[int, ...]:
        """Return the input channels that the layer does not hear."""
        return tuple(sorted(self.run.muted)) if self.layer == 2 else ()


def measure(run: Pass, layer: int, *, threads: int) -> tuple[Float, NDArray[np.float64]]:
    """Return the small pictures and the means of all contributions of a layer."""
    pictures = wall.block_mean_contributions(run.trace(), layer, blocks=BLOCKS, threads=threads)
    output_hw = run.spec.map_shape(layer)[1:]
    return pictures, wall.whole_means(pictures, output_hw, blocks=BLOCKS)


def heard(run: Pass, layer: int, pictures: Float, means: NDArray[np.float64]) -> Wall:
    """Return the wall of what `measure` found with every map heard, without the muted ones."""
    channels, filters, *sides = pictures.shape
    flat = pictures.reshape(channels * filters, *sides)
    limit = common_magnitude(flat, beyond=BEYOND_SCALE) or float(np.abs(flat).max())
    if layer == 2 and run.muted:
        pictures, means = pictures.copy(), means.copy()
        for parts in (pictures, means):
            parts[sorted(run.muted)] = 0
    return Wall(run=run, layer=layer, pictures=pictures, means=means, limit=limit)


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
    """Describe the wall, with a column, a row or a cell open, and the kinds that the layer could be of."""
    channels, filters = one.pictures.shape[:2]
    spec, muted = one.run.spec, one.muted()
    recorded = one.run.layer(one.layer)
    names = recorded.trace.bank.names or (None,) * filters
    read, layer = spec.channels_per_filter(one.layer), spec.layers[one.layer - 1]
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
        rows=tuple(
            WallRowView(channel=channel, name=names[channel], silent=known.silent)
            for channel, known in enumerate(recorded.ranges("activation"))
        ),
        muted=muted,
        picture=SheetView(
            columns=channels + 1, width=(channels + 1) * PITCH, height=(filters + 1) * PITCH
        ),
        heads=BoxView(x=0, y=0, width=channels * PITCH, height=PITCH),
        board=BoxView(x=0, y=PITCH, width=channels * PITCH, height=filters * PITCH),
        ends=BoxView(x=channels * PITCH, y=PITCH, width=PITCH, height=filters * PITCH),
        legend=_legend(one, display),
        head_limit=_head_limit(one, display),
        end_limit=_end_limit(one, display),
        reach=reach,
        made_of=made_of,
        cell=cell,
        changes=changes,
    )


def wall_png(one: Wall, display: Display) -> bytes:
    """Draw the wall into one picture: column heads, contributions and row ends.

    Contributions share one scale; the maps keep those of their layers. Places of other groups and of
    muted maps are empty.
    """
    channels, filters = one.pictures.shape[:2]
    canvas = np.zeros((filters + 1, PITCH, channels + 1, PITCH), np.uint8)
    cells = render.signed_indices(one.pictures, one.limit, contrast=display.contrast)
    heard = np.isin(np.arange(channels), one.muted(), invert=True)
    cells = np.where((one.reads() & heard[:, None])[..., None, None], cells, colormaps.NO_VALUE)
    _place(cells.transpose(1, 0, 2, 3), canvas[1:, :, :channels])
    heads = wall.block_means(_heads(one, display), blocks=BLOCKS)
    ends = wall.block_means(one.run.layer(one.layer).maps(display.show), blocks=BLOCKS)
    limits = (_head_limit(one, display), _end_limit(one, display))
    drawn = [
        render.signed_indices(means, limit, contrast=display.contrast)
        for means, limit in zip((heads, ends), limits, strict=True)
    ]
    _place(drawn[0][None], canvas[:1, :, :channels])
    _place(drawn[1][:, None], canvas[1:, :, channels:])
    return encode_png(canvas.reshape((filters + 1) * PITCH, -1), colormaps.SIGNED)


def cell_box(column: int, row: int) -> BoxView:
    """Describe where a contribution lies in the picture of the wall."""
    return BoxView(x=column * PITCH + 1, y=(row + 1) * PITCH + 1, width=BLOCKS, height=BLOCKS)


def end_box(one: Wall, row: int) -> BoxView:
    """Describe where the end of a row lies in the picture of the wall."""
    return cell_box(len(one.pictures), row)


def _pattern(layer: LayerSpec) -> str:
    """Name what the kind of a layer makes of the table of its kernels."""
    if layer.kind == "depthwise":
        return "One a row"
    if layer.factored:
        return f"Rank {'one' if layer.multiplier == 1 else layer.multiplier}"
    return "Block-diagonal" if layer.groups > 1 else "Full"


def _place(tiles: NDArray[np.uint8], room: NDArray[np.uint8]) -> None:
    """Put small pictures (rows, columns, h, w) into the middle of places (rows, PITCH, columns, PITCH)."""
    enlarge = max(BLOCKS // max(tiles.shape[2:]), 1)
    large = tiles.repeat(enlarge, axis=2).repeat(enlarge, axis=3)
    height, width = large.shape[2:]
    top, left = (PITCH - height) // 2, (PITCH - width) // 2
    room[:, top : top + height, :, left : left + width] = large.transpose(0, 2, 1, 3)


def _heads(one: Wall, display: Display) -> Float:
    return one.run.image if one.layer == 1 else one.run.layer(1).maps(display.show)


def _head_limit(one: Wall, display: Display) -> float:
    if one.layer == 1:
        return float(np.abs(one.run.image).max())
    return _map_limit(one.run, 1, display)


def _end_limit(one: Wall, display: Display) -> float:
    return _map_limit(one.run, one.layer, display)


def _map_limit(run: Pass, number: int, display: Display) -> float:
    # Where each map has a scale of its own, the greatest of them: the wall compares.
    return float(scales.scale_limits(run, number, display).max())


def _legend(one: Wall, display: Display) -> LegendView:
    beyond = float(np.mean(np.abs(one.pictures) > one.limit))
    return scales.signed_legend(one.limit, display, beyond=beyond)
