"""One map from its contributions: the running sum, the shares, the tempting wrong answers."""

import numpy as np

from app.drawing.sheets import sheet_layout
from app.engine.errors import check_range
from app.engine.explain import fold
from app.lab.compute.folds import Fold
from app.lab.compute.passes import Passes
from app.lab.fold.pictures import scale_limit, sums_layout, tiles_layout
from app.lab.fold.views import FoldView, SumView, WrongView
from app.lab.pieces import layer_summary, pixel_alignment, scales
from app.lab.pieces.kernels import filter_kernels, input_names
from app.lab.pieces.tiles import box_view, sheet_view
from app.lab.pieces.views import ContributionView, LegendView
from app.lab.state.state import Display, Order, State

LEAST_SHARE = 0.01  # smaller contributions are listed behind the others


def fold_view(
    passes: Passes,
    state: State,
    layer: int,
    channel: int,
    *,
    step: int | None = None,
    opened: int | None = None,
) -> FoldView:
    """Return one map from its contributions, with `step` of the running sum and one contribution open.

    Raises:
        NoSuchMap: the stack has no such map.
        SpecError: there is no such step or contribution.
    """
    one = passes.fold(state, layer, channel)
    last, inputs = one.last_step, len(one.contributions)
    if step is not None:
        check_range("sum", step, range(last + 1))
    if opened is not None:
        check_range("input", opened, range(inputs))
    return _view(one, state.display, step=step, opened=opened, muted=state.muted)


def _view(
    one: Fold,
    display: Display,
    *,
    step: int | None,
    opened: int | None,
    muted: frozenset[int],
) -> FoldView:
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
        sheet=sheet_view(tiles_layout(one)),
        kernel_sheet=sheet_view(sheet_layout(*kernels.shape)),
        sums_sheet=sheet_view(sums_layout(one)),
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
    layout = sums_layout(one)
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


def _legend(one: Fold, display: Display) -> LegendView:
    limit = scale_limit(one, display)
    values = np.concatenate([one.contributions, one.preactivation[None]])
    beyond = float(np.mean(np.abs(values) > limit))
    return scales.signed_legend(limit, display, beyond=beyond)


def _contribution_views(
    one: Fold, order: Order, muted: frozenset[int]
) -> tuple[ContributionView, ...]:
    ordered = one.ordered(order)
    names = input_names(one.run.spec, one.layer, one.run.bank(1))
    tiles = tiles_layout(one)
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
