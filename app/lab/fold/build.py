"""One map from its contributions: the running sum, the shares, the tempting wrong answers."""

from dataclasses import replace

import numpy as np

from app.drawing import scale
from app.drawing.sheets import SheetLayout, sheet_layout
from app.engine.errors import check_range
from app.engine.explain import fold
from app.lab.compute.folds import Fold
from app.lab.compute.passes import Passes
from app.lab.fold.pictures import (
    contribution_limits,
    moving_size,
    sum_limit,
    sum_shares,
    sum_size,
    tiles_layout,
)
from app.lab.fold.two_steps import two_steps_view
from app.lab.fold.views import FoldView, SumView, WrongView
from app.lab.pieces import layer_summary, pixel_alignment, scales
from app.lab.pieces.kernels import filter_kernels, input_names
from app.lab.pieces.tiles import TILE, box_view, layout_of, sheet_view
from app.lab.pieces.views import ContributionView, LegendView
from app.lab.state.state import Display, Order, State

LEAST_SHARE = 0.01  # smaller shares hardly matter


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
    last, inputs = one.last_step(state.display.show), len(one.contributions)
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
    sums = sum_views(one, display)
    shown = len(sums) - 1 if step is None else step
    limit = sum_limit(one, display)
    ordered = one.ordered(display.order)
    kernels, inputs = filter_kernels(one.run.bank(one.layer), one.channel), _inputs_layout(one)
    return FoldView(
        layer=one.layer,
        channel=one.channel,
        name=bank.names[one.channel] if bank.names else None,
        inputs=len(ordered),
        filter_shape=(*layer.kernel, len(one.read())),
        height=one.preactivation.shape[0],
        width=one.preactivation.shape[1],
        bias=one.bias,
        bias_used=layer.bias,
        activation=layer.activation,
        pool=layer.pool,
        pool_size=layer.pool_size,
        kind=layer.kind,
        multiplier=layer.multiplier,
        show=display.show,
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
        step=shown,
        sheet=sheet_view(tiles_layout(one), halves=True),
        kernel_sheet=sheet_view(sheet_layout(*kernels.shape)),
        inputs_sheet=None if inputs is None else sheet_view(inputs, halves=True),
        sum_size=sum_size(one),
        moving_size=moving_size(one),
        scale=display.scale,
        legend=contributions_legend(one, display),
        inputs_legend=_inputs_legend(one, display),
        sum_legend=scales.signed_legend(limit, display, beyond=sums[shown].beyond),
        factor=_factor(one, display),
        true_beyond=scale.share_beyond(one.preactivation, limit),
        kernel_legend=scales.kernel_legend(kernels),
        wrong=tuple(
            WrongView(
                kind=kind,
                greatest_difference=made.greatest_difference,
                beyond=scale.share_beyond(made.map2d, limit),
                kernel_of=made.kernel_of,
            )
            for kind, made in one.wrong.items()
        ),
        kernels_equal=fold.kernels_equal(kernels[list(one.read())]),
        least=LEAST_SHARE,
        two_steps=two_steps_view(one),
    )


def sum_views(one: Fold, display: Display) -> tuple[SumView, ...]:
    """Describe the steps of the running sum: each contribution, the bias, what follows it where that is shown."""
    ordered, beyond = one.ordered(display.order), sum_shares(one, display)
    explained = (0.0, *fold.running_shares(one.shares, ordered).tolist())
    kinds = ["sum"] * len(explained) + list(one.rests(display.show))
    return tuple(
        SumView(
            kind=kind,
            count=min(step, len(ordered)),
            added=ordered[step - 1] if kind == "sum" and step else None,
            explained=explained[min(step, len(ordered))],
            beyond=beyond[step],
        )
        for step, kind in enumerate(kinds)
    )


def contributions_legend(one: Fold, display: Display) -> LegendView | None:
    """Describe the scale of the contributions; None where each has one of its own."""
    if display.scale == "map":
        return None
    limit = float(contribution_limits(one, display)[0])
    beyond = scale.share_beyond(one.parts.drawn[list(one.read())], limit)
    return scales.signed_legend(limit, display, beyond=beyond)


def _inputs_legend(one: Fold, display: Display) -> LegendView | None:
    """Describe the scale of the maps that are read; None for the channels of the picture, which are grey."""
    if one.layer == 1 or display.scale == "map":
        return None
    return scales.grid_legend(one.run, 1, replace(display, show="activation"), TILE)


def _factor(one: Fold, display: Display) -> float | None:
    """Return how many times further the scale of the sum reaches than that of the contributions."""
    limit = float(contribution_limits(one, display)[0])
    return None if display.scale == "map" or not limit else sum_limit(one, display) / limit


def _contribution_views(
    one: Fold, order: Order, muted: frozenset[int]
) -> tuple[ContributionView, ...]:
    ordered, reads = one.ordered(order), frozenset(one.read())
    names = input_names(one.run.spec, one.layer, one.run.bank(1))
    tiles = tiles_layout(one)
    kernels = filter_kernels(one.run.bank(one.layer), one.channel)
    chips = sheet_layout(*kernels.shape)
    ranks = {channel: rank for rank, channel in enumerate(ordered)}
    inputs = _inputs_layout(one)
    return tuple(
        ContributionView(
            channel=channel,
            name=names[channel],
            reads=channel in reads,
            muted=channel in muted,
            share=share,
            minimum=minimum,
            maximum=maximum,
            rank=ranks.get(channel, len(ordered)),
            box=box_view(tiles, channel),
            kernel=tuple(map(tuple, kernel)),
            kernel_box=box_view(chips, channel),
            input_box=None if inputs is None else box_view(inputs, channel),
        )
        for channel, ((minimum, maximum), share, kernel) in enumerate(
            zip(one.parts.ranges.tolist(), one.shares.tolist(), kernels.tolist(), strict=True)
        )
    )


def _inputs_layout(one: Fold) -> SheetLayout | None:
    """Return where the maps that are read lie in their sheet; None for the channels of the picture."""
    if one.layer == 1:
        return None
    count, height, width = one.run.layer(1).trace.output.shape
    return layout_of(count, height, width, TILE)
