"""One map from its contributions: the running sum, the shares, the tempting wrong answers, and their pictures."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.drawing.sheets import SheetLayout, sheet, sheet_layout
from app.engine.arrays import Float
from app.engine.explain import fold
from app.engine.explain.fold import WrongSum
from app.engine.explain.statistics import common_magnitude
from app.lab.compute.layer_cache import BEYOND_SCALE, Pass
from app.lab.fold.views import ContributionView, FoldView, SumView, WrongView
from app.lab.pieces import layer_summary, pixel_alignment, scales
from app.lab.pieces.kernels import filter_kernels, input_names
from app.lab.pieces.tiles import TILE, box_view, layout_of, sheet_view
from app.lab.pieces.views import LegendView
from app.lab.state.state import Display, Order

SUM_TILE = 256  # pixels a side of a frame of the running sum, at most
LEAST_SHARE = 0.01  # smaller contributions are listed behind the others


@dataclass(frozen=True)
class Parts:
    """What is computed once for a fold: contributions (C, H', W'), their shares (C,), the wrong sums."""

    contributions: Float
    shares: NDArray[np.float64]
    wrong: dict[str, WrongSum]
    common: float  # about 1 in 200 of the values of contributions and sum lies beyond

    @property
    def nbytes(self) -> int:
        """Return the bytes that keeping this takes."""
        return self.contributions.nbytes + sum(one.map2d.nbytes for one in self.wrong.values())


@dataclass(frozen=True)
class Fold:
    """One map of a pass and what it is the sum of."""

    run: Pass
    layer: int
    channel: int
    parts: Parts

    @property
    def contributions(self) -> Float:
        """Return what each input channel adds, (C, H', W')."""
        return self.parts.contributions

    @property
    def shares(self) -> NDArray[np.float64]:
        """Return each contribution's share of the map's variance, (C,)."""
        return self.parts.shares

    @property
    def wrong(self) -> dict[str, WrongSum]:
        """Return what the tempting wrong answers would make."""
        return self.parts.wrong

    @property
    def preactivation(self) -> Float:
        """Return the map that the contributions and the bias add up to, (H', W')."""
        preactivation: Float = self.run.layer(self.layer).trace.preactivation[self.channel]
        return preactivation

    @property
    def bias(self) -> float:
        """Return the one bias of the filter."""
        return float(self.run.layer(self.layer).trace.bank.bias[self.channel])

    @property
    def is_pooled(self) -> bool:
        """Return whether the layer has a pool."""
        return self.run.spec.layers[self.layer - 1].pool != "none"

    @property
    def last_step(self) -> int:
        """Return the last step of the running sum: after every contribution the bias, the activation, any pool."""
        return len(self.read()) + 2 + self.is_pooled

    def read(self) -> tuple[int, ...]:
        """Return the channels that the filter reads: those of its group."""
        return tuple(self.run.spec.channels_read(self.layer, self.channel))

    def ordered(self, order: Order) -> tuple[int, ...]:
        """Return the channels that are read in the order of the running sum."""
        channels = self.read()
        if order == "index":
            return channels
        return tuple(channel for channel in fold.order_by_size(self.shares) if channel in channels)


def fold_view(
    one: Fold,
    display: Display,
    *,
    step: int | None,
    opened: int | None,
    muted: frozenset[int],
) -> FoldView:
    """Describe the fold; `step` of the running sum stands open, by default the last."""
    views = _contribution_views(one, display.order, muted if one.layer == 2 else frozenset())
    spec = one.run.spec
    bank = one.run.layer(one.layer).trace.bank
    layer = spec.layers[one.layer - 1]
    sums = sum_views(one, display.order)
    ordered = one.ordered(display.order)
    tail = [channel for channel in ordered if abs(one.shares[channel]) < LEAST_SHARE]
    kernels = filter_kernels(one.run.bank(one.layer), one.channel)
    return FoldView(
        layer=one.layer,
        channel=one.channel,
        name=bank.names[one.channel] if bank.names else None,
        inputs=len(ordered),
        filter_shape=(*layer.kernel, len(ordered)),
        height=one.preactivation.shape[0],
        width=one.preactivation.shape[1],
        bias=one.bias,
        bias_used=layer.bias,
        activation=layer.activation,
        pool=layer.pool,
        pool_size=layer.pool_size,
        output_size=spec.output_shape(one.layer)[1:],
        plane=pixel_alignment.map_plane(spec, one.layer),
        pins=pixel_alignment.pixels_over_maps(spec, one.layer),
        unread=layer_summary.unread_by_pool(spec, one.layer),
        order=display.order,
        varies=bool(np.ptp(one.preactivation) > 0),
        contributions=views,
        opened=None if opened is None else views[opened],
        ordered=ordered,
        sums=sums,
        step=len(sums) - 1 if step is None else step,
        sheet=sheet_view(_tiles_layout(one)),
        kernel_sheet=sheet_view(sheet_layout(*kernels.shape)),
        sums_sheet=sheet_view(_sums_layout(one)),
        scale=display.scale,
        legend=_legend(one, display),
        kernel_legend=scales.kernel_legend(kernels),
        wrong=tuple(
            WrongView(kind=kind, greatest_difference=made.greatest_difference)
            for kind, made in one.wrong.items()
        ),
        greatest_share=float(np.abs(one.shares).max()),
        least=LEAST_SHARE,
        tail=len(tail),
        tail_share=float(one.shares[tail].sum()),
    )


def sum_views(one: Fold, order: Order) -> tuple[SumView, ...]:
    """Describe the steps of the running sum: each contribution, the bias, the activation, any pool."""
    layout = _sums_layout(one)
    ordered = one.ordered(order)
    explained = (0.0, *fold.running_shares(one.shares, ordered).tolist())
    kinds = ["sum"] * len(explained) + ["bias", "activation"] + ["pool"] * one.is_pooled
    return tuple(
        SumView(
            kind=kind,
            count=min(step, len(ordered)),
            added=ordered[step - 1] if kind == "sum" and step else None,
            explained=explained[min(step, len(ordered))],
            box=box_view(layout, step),
        )
        for step, kind in enumerate(kinds)
    )


def contributions_png(one: Fold, display: Display) -> bytes:
    """Draw all contributions into one picture, in the places of the channels."""
    maps = render.block_means(one.contributions, TILE)
    indices = render.signed_indices(maps, tile_limits(one, display), contrast=display.contrast)
    return encode_png(sheet(indices, _tiles_layout(one)), colormaps.SIGNED)


def sums_png(one: Fold, display: Display) -> bytes:
    """Draw every step of the running sum into one picture."""
    frames = np.stack([_frame(one, values) for values in _steps(one, display.order)])
    indices = render.signed_indices(frames, scale_limit(one, display), contrast=display.contrast)
    return encode_png(sheet(indices, _sums_layout(one)), colormaps.SIGNED)


def wrong_png(one: Fold, kind: str, display: Display) -> bytes:
    """Draw a wrong answer, or `true`: the pre-activation that it is compared with."""
    values = one.preactivation if kind == "true" else one.wrong[kind].map2d
    indices = render.signed_indices(values, scale_limit(one, display), contrast=display.contrast)
    return encode_png(indices, colormaps.SIGNED)


def scale_limit(one: Fold, display: Display) -> float:
    """Return where the scale of the sum, and of the contributions unless each has its own, ends."""
    # Contributions are many and small: on the scale of their layer they would hardly be seen. Where both
    # layers share one scale, so does the fold: then the same value has the same colour everywhere.
    if display.scale == "stack":
        return float(scales.scale_limits(one.run, one.layer, display)[one.channel])
    return one.parts.common


def tile_limits(one: Fold, display: Display) -> NDArray[np.float32]:
    """Return where the scale of each contribution ends, (C,)."""
    limit = scale_limit(one, display)
    if display.scale != "map":
        return np.full(len(one.contributions), limit, np.float32)
    own = [common_magnitude(values[None], beyond=BEYOND_SCALE) for values in one.contributions]
    return np.maximum(np.array(own, np.float32), scales.ROUNDING * limit)


def _steps(one: Fold, order: Order) -> Iterator[Float]:
    total = np.zeros_like(one.preactivation)
    yield total
    for channel in one.ordered(order):
        total = total + one.contributions[channel]
        yield total
    yield one.preactivation
    yield one.run.layer(one.layer).trace.activation[one.channel]
    if one.is_pooled:
        yield _enlarged(one)


def _enlarged(one: Fold) -> Float:
    """Return the pooled map with a block for each of its values, over the map before it; the rest is 0."""
    layer = one.run.layer(one.layer)
    size, pooled = layer.trace.spec.pool_size, layer.trace.output[one.channel]
    whole = np.zeros_like(one.preactivation)
    blocks = pooled.repeat(size, axis=0).repeat(size, axis=1)
    whole[: blocks.shape[0], : blocks.shape[1]] = blocks
    return whole


def _frame(one: Fold, values: Float) -> Float:
    frame: Float = render.block_means(values[None], SUM_TILE)[0]
    return frame


def _legend(one: Fold, display: Display) -> LegendView:
    limit = scale_limit(one, display)
    values = np.concatenate([one.contributions, one.preactivation[None]])
    beyond = float(np.mean(np.abs(values) > limit))
    return scales.signed_legend(limit, display, beyond=beyond)


def _tiles_layout(one: Fold) -> SheetLayout:
    count, height, width = one.contributions.shape
    return layout_of(count, height, width, TILE)


def _sums_layout(one: Fold) -> SheetLayout:
    steps = one.last_step + 1
    height, width = one.preactivation.shape
    return layout_of(steps, height, width, SUM_TILE)


def _contribution_views(
    one: Fold, order: Order, muted: frozenset[int]
) -> tuple[ContributionView, ...]:
    ordered = one.ordered(order)
    names = input_names(one.run.spec, one.layer, one.run.bank(1))
    tiles = _tiles_layout(one)
    kernels = filter_kernels(one.run.bank(one.layer), one.channel)
    chips = sheet_layout(*kernels.shape)
    ranks = {channel: rank for rank, channel in enumerate(ordered)}
    return tuple(
        ContributionView(
            channel=channel,
            name=names[channel],
            reads=channel in ranks,
            muted=channel in muted,
            share=float(one.shares[channel]),
            minimum=float(values.min()),
            maximum=float(values.max()),
            rank=ranks.get(channel, len(ordered)),
            box=box_view(tiles, channel),
            kernel_box=box_view(chips, channel),
        )
        for channel, values in enumerate(one.contributions)
    )
