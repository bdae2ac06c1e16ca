"""The answer of the wall: frozen dataclasses like those of `views`."""

from dataclasses import dataclass

from app.lab.pieces.training_views import TrainingView
from app.lab.pieces.views import BoxView, ContributionView, KindView, LegendView, SheetView


@dataclass(frozen=True, kw_only=True)
class WallColumnView:
    """One input channel of the layer, the head of a column."""

    channel: int
    name: str | None
    muted: bool


@dataclass(frozen=True, kw_only=True)
class WallRowView:
    """One filter of the layer, the end of a row: the range of its map, and the map's tile in the layer's sheet."""

    channel: int
    name: str | None
    silent: bool
    minimum: float
    maximum: float
    tile: BoxView


@dataclass(frozen=True, kw_only=True)
class EffectView:
    """How far one map differs without something: root mean square by that of the map, and the greatest.

    `relative` is None where a map that was zero everywhere is not any more. `box` is the map's end of
    its row, or the contribution whose effect it is.
    """

    channel: int
    name: str | None
    relative: float | None
    greatest: float
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class ReachView:
    """One column: where an input channel goes. `effects` of leaving it out, greatest first."""

    channel: int
    name: str | None
    muted: bool
    effects: tuple[EffectView, ...]


@dataclass(frozen=True, kw_only=True)
class PartView:
    """One contribution of a row; `share` is of the map's variance."""

    channel: int
    name: str | None
    muted: bool
    share: float
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class MadeOfView:
    """One row: what a map is made of, greatest share first. `varies` is False where the map is constant."""

    channel: int
    name: str | None
    varies: bool
    silent: bool
    parts: tuple[PartView, ...]
    greatest_share: float


@dataclass(frozen=True, kw_only=True)
class CellView:
    """One contribution with its kernel; boxes lie in the two sheets of the fold of map `row`."""

    column: int
    row: int
    name: str | None
    mean: float
    varies: bool
    contribution: ContributionView
    sheet: SheetView
    kernel_sheet: SheetView


@dataclass(frozen=True, kw_only=True)
class ChangesView:
    """What muting changes: every map of the layer by size of its change. `silenced` maps became 0."""

    changed: int
    effects: tuple[EffectView, ...]


@dataclass(frozen=True, kw_only=True)
class WallView:
    """All contributions of a layer. `means` holds the mean of each, input channels by filters.

    `count` contributions exist: `filters` times the `read` channels of each. `picture` is the one picture, of
    which the boxes are the heads of the columns, the contributions and the ends of the rows. `tiles` is the sheet
    of the maps that the rows fold into; `tiles_legend` is its scale, None where each map has a scale of its own.
    """

    layer: int
    channels: int
    filters: int
    read: int
    kind: str
    groups: int
    multiplier: int
    pattern: str
    kinds: tuple[KindView, ...]
    count: int
    show: str
    blocks: int
    means: tuple[tuple[float, ...], ...]
    columns: tuple[WallColumnView, ...]
    rows: tuple[WallRowView, ...]
    muted: tuple[int, ...]
    picture: SheetView
    heads: BoxView
    board: BoxView
    ends: BoxView
    tiles: SheetView
    legend: LegendView
    head_legend: LegendView
    end_legend: LegendView
    tiles_legend: LegendView | None
    reach: ReachView | None
    made_of: MadeOfView | None
    cell: CellView | None
    changes: ChangesView | None
    training: TrainingView | None
