"""The details below the wall: a column, a row or a cell of it, and the effect of muting."""

import numpy as np

from app.drawing.sheets import sheet_layout
from app.engine.explain import wall
from app.engine.explain.reach import contributions_of
from app.lab.compute.folds import Fold
from app.lab.compute.layer_cache import Pass
from app.lab.compute.walls import Wall
from app.lab.pieces.kernels import filter_kernels, input_names
from app.lab.pieces.tiles import TILE, box_view, layout_of, sheet_view
from app.lab.pieces.views import BoxView, ContributionView
from app.lab.state.state import Display
from app.lab.wall.pictures import cell_box, end_box
from app.lab.wall.views import CellView, ChangesView, EffectView, MadeOfView, PartView, ReachView


def reach_view(one: Wall, channel: int, *, threads: int) -> ReachView:
    """Describe a column: how much each pre-activation map would change without the channel."""
    before = one.run.layer(one.layer).trace.preactivation  # (F, H', W')
    added = contributions_of(one.run.trace(), one.layer, channel, threads=threads)
    found = wall.changes(before, np.subtract(before, added, out=added))
    reads = one.reads()[channel]
    boxes = {row: cell_box(channel, row) for row in range(len(before))}
    return ReachView(
        channel=channel,
        name=input_names(one.run.spec, one.layer, one.run.bank(1))[channel],
        muted=channel in one.muted(),
        effects=tuple(view for view in _effects(one, found, boxes) if reads[view.channel]),
    )


def made_of_view(one: Wall, fold: Fold) -> MadeOfView:
    """Describe a row: the contributions to one map, ordered by share."""
    names, muted = input_names(one.run.spec, one.layer, one.run.bank(1)), one.muted()
    recorded = one.run.layer(one.layer)
    return MadeOfView(
        channel=fold.channel,
        name=recorded.trace.bank.names[fold.channel] if recorded.trace.bank.names else None,
        varies=_varies(fold),
        silent=recorded.ranges("activation")[fold.channel].silent,
        parts=tuple(
            PartView(
                channel=channel,
                name=names[channel],
                muted=channel in muted,
                share=float(fold.shares[channel]),
                box=cell_box(channel, fold.channel),
            )
            for channel in fold.with_muted("size")
        ),
        greatest_share=float(np.abs(fold.shares).max()),
    )


def cell_view(one: Wall, fold: Fold, column: int) -> CellView:
    """Describe one contribution and its kernel."""
    (minimum, maximum), ordered = fold.parts.ranges[column].tolist(), fold.with_muted("size")
    kernels = filter_kernels(one.run.bank(one.layer), fold.channel)
    name = input_names(one.run.spec, one.layer, one.run.bank(1))[column]
    count, height, width = fold.contributions.shape
    tiles, chips = layout_of(count, height, width, TILE), sheet_layout(*kernels.shape)
    return CellView(
        column=column,
        row=fold.channel,
        name=name,
        mean=float(one.means[column, fold.channel]),
        varies=_varies(fold),
        contribution=ContributionView(
            channel=column,
            name=name,
            reads=column in ordered,
            muted=column in one.muted(),
            share=float(fold.shares[column]),
            minimum=minimum,
            maximum=maximum,
            rank=ordered.index(column) if column in ordered else len(ordered),
            box=box_view(tiles, column),
            kernel=tuple(map(tuple, kernels[column].tolist())),
            kernel_box=box_view(chips, column),
            input_box=None,
        ),
        sheet=sheet_view(tiles),
        kernel_sheet=sheet_view(chips),
    )


def changes_view(one: Wall, whole: Pass, display: Display) -> ChangesView:
    """Describe how the maps of layer 2 differ from those of the pass with no map muted."""
    before, after = (run.layer(2).maps(display.show) for run in (whole, one.run))
    found = wall.changes(before, after)
    boxes = {row: end_box(one, row) for row in range(len(before))}
    effects = _effects(one, found, boxes)
    return ChangesView(changed=sum(view.greatest > 0 for view in effects), effects=effects)


def _effects(one: Wall, found: wall.Changes, boxes: dict[int, BoxView]) -> tuple[EffectView, ...]:
    names = one.run.layer(one.layer).trace.bank.names or (None,) * len(found.order)
    return tuple(
        EffectView(
            channel=row,
            name=names[row],
            relative=float(found.relative[row]) if np.isfinite(found.relative[row]) else None,
            greatest=float(found.greatest[row]),
            box=boxes[row],
        )
        for row in found.order
    )


def _varies(fold: Fold) -> bool:
    return bool(np.ptp(fold.preactivation) > 0)
