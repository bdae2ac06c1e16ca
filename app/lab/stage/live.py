"""Live: the pictures that the stage needs of one frame of a camera or a drawing, in one answer."""

import json
from dataclasses import asdict, dataclass, replace

from app.drawing import colormaps, render, scale
from app.drawing.jpeg import encode_jpeg
from app.drawing.sheets import EDGE, SheetLayout, sheet, sheet_layout
from app.engine.arrays import Float
from app.engine.errors import check_range
from app.lab.compute import folds
from app.lab.compute.folds import Fold
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes, check_map
from app.lab.compute_timing import timed
from app.lab.fold.build import contributions_legend
from app.lab.fold.pictures import contribution_limits, sum_frame, sum_limit
from app.lab.maps.pictures import sheet_indices
from app.lab.pieces import scales
from app.lab.pieces.tiles import TILE, layout_of
from app.lab.pieces.views import LegendView
from app.lab.stage.live_views import LiveFoldView, LiveLegendView, LivePictureView, LiveView
from app.lab.state.state import Display, State

LIVE_TILE = 64  # pixels a side of a tile, at most
LENGTH_BYTES = 4  # of what says how long the head is


@dataclass(frozen=True)
class Drawn:
    """A picture and what the head says about it."""

    name: str
    data: bytes
    layout: SheetLayout
    edge: int
    ranges: tuple[tuple[float, float], ...]
    legend: LegendView | None
    silent: tuple[int, ...] = ()

    def view(self) -> LivePictureView:
        """Describe the picture."""
        layout, edges = self.layout, 2 * self.edge
        return LivePictureView(
            name=self.name,
            length=len(self.data),
            width=layout.columns * (layout.tile_width + edges),
            height=layout.rows * (layout.tile_height + edges),
            columns=layout.columns,
            tile=(layout.tile_width, layout.tile_height),
            edge=self.edge,
            ranges=self.ranges,
            silent=self.silent,
            legend=_legend(self.legend),
        )


class LiveFrames:
    """Answers frames. Safe to share between threads."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes

    @property
    def colours(self) -> str:
        """Return the colours of the indices that the pictures hold, as 256 times rrggbb."""
        return colormaps.SIGNED.tobytes().hex()

    def answer(
        self, data: bytes, state: State, opened: tuple[int, int] | None, step: int | None
    ) -> bytes:
        """Return the head and the pictures of a frame, with the fold of the map `opened` at `step` of its sum.

        Raises:
            PictureError: the frame is empty, no JPEG or PNG, too large, or damaged.
            NoSuchMap, SpecError, UnknownWeights: the message says what would work.
        """
        if opened:
            check_map(state, *opened)
        image = self._passes.pictures.frame(data, state)
        run = self._passes.once(state, image, opened[0] if opened else 2)
        return _packed(run, state.display, opened, step)


@timed("draw")
def _packed(run: Pass, display: Display, opened: tuple[int, int] | None, step: int | None) -> bytes:
    if opened is None:
        fold, pictures = None, [_maps(run, number, display) for number in (1, 2)]
    else:
        one, small = folds.glance(
            run, *opened, tile=LIVE_TILE, with_shares=display.order == "size" and step is not None
        )
        fold = _fold(one, display, step)
        read = replace(display, show="activation")  # whatever is shown of the maps that are made
        pictures = [_maps(run, 1, read)] if opened[0] == 2 else []
        pictures += [_contributions(one, display, small), _sum(one, display, fold.step)]
        pictures += [_maps(run, opened[0], display)]
    view = LiveView(approximate=True, pictures=tuple(one.view() for one in pictures), fold=fold)
    head = json.dumps(asdict(view), allow_nan=False, separators=(",", ":")).encode()
    return b"".join((len(head).to_bytes(LENGTH_BYTES), head, *(one.data for one in pictures)))


def _maps(run: Pass, number: int, display: Display) -> Drawn:
    layer = run.layer(number)
    count, height, width = layer.maps(display.show).shape
    active = layer.ranges("activation")
    return Drawn(
        name=f"layer{number}",
        data=encode_jpeg(sheet_indices(run, number, display, LIVE_TILE)),
        layout=layout_of(count, height, width, LIVE_TILE),
        edge=EDGE,
        ranges=tuple((one.minimum, one.maximum) for one in layer.ranges(display.show)),
        legend=None if display.scale == "map" else scales.grid_legend(run, number, display, TILE),
        silent=tuple(index for index, one in enumerate(active) if one.silent),
    )


def _fold(one: Fold, display: Display, step: int | None) -> LiveFoldView:
    last, added = one.last_step(display.show), len(one.added())
    if step is not None:
        check_range("sum", step, range(last + 1))
    shown = last if step is None else step
    return LiveFoldView(
        layer=one.layer, channel=one.channel, step=shown, last=last, count=min(shown, added)
    )


def _contributions(one: Fold, display: Display, small: Float) -> Drawn:
    limits, layout = contribution_limits(one, display), sheet_layout(*small.shape)
    indices = render.signed_indices(small, limits, contrast=display.contrast)
    return Drawn(
        name="contributions",
        data=encode_jpeg(sheet(indices, layout)),
        layout=layout,
        edge=EDGE,
        ranges=tuple((least, most) for least, most in one.parts.ranges.tolist()),
        legend=contributions_legend(one, display),
    )


def _sum(one: Fold, display: Display, step: int) -> Drawn:
    values, limit = sum_frame(one, display, step), sum_limit(one, display)
    beyond = scale.share_beyond(values, limit)
    return Drawn(
        name="sum",
        data=encode_jpeg(render.signed_indices(values, limit, contrast=display.contrast)),
        layout=sheet_layout(1, *values.shape),
        edge=0,
        ranges=((float(values.min()), float(values.max())),),
        legend=scales.signed_legend(limit, display, beyond=beyond),
    )


def _legend(legend: LegendView | None) -> LiveLegendView | None:
    if legend is None:
        return None
    return LiveLegendView(minimum=legend.minimum, limit=legend.limit, beyond=legend.beyond)
