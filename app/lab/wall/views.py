"""The views of the wall: frozen dataclasses of numbers and strings. No arrays."""

from dataclasses import dataclass

from app.lab.pieces.training_views import TrainingView
from app.lab.pieces.views import BoxView, ContributionView, KindView, LegendView, SheetView
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class WallColumnView:
    """One input channel of the layer, which heads a column."""

    channel: int
    name: Message | None
    muted: bool


@dataclass(frozen=True, kw_only=True)
class WallRowView:
    """One filter of the layer, at the end of a row: the range of its map, and its tile in the sheet of maps."""

    channel: int
    name: Message | None
    silent: bool
    minimum: float
    maximum: float
    tile: BoxView


@dataclass(frozen=True, kw_only=True)
class BandView:
    """Rows of the wall that stand together, `first` and those after it: their contributions and their ends."""

    first: int
    rows: tuple[WallRowView, ...]
    board: BoxView
    ends: BoxView


@dataclass(frozen=True, kw_only=True)
class EffectView:
    """How much one map changes: the root mean square relative to that of the map, and the greatest change.

    `relative` is None if the map was zero everywhere and no longer is. `box` is the map at the end of its row,
    or the contribution that has the effect.
    """

    channel: int
    name: Message | None
    relative: float | None
    greatest: float
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class ReachView:
    """One column: the reach of an input channel. `effects` are those of leaving it out, greatest first."""

    channel: int
    name: Message | None
    muted: bool
    effects: tuple[EffectView, ...]


@dataclass(frozen=True, kw_only=True)
class PartView:
    """One contribution of a row; `share` is its share of the map's variance."""

    channel: int
    name: Message | None
    muted: bool
    share: float
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class MadeOfView:
    """One row: the contributions to a map, greatest share first. `varies` is False if the map is constant."""

    channel: int
    name: Message | None
    varies: bool
    silent: bool
    parts: tuple[PartView, ...]
    greatest_share: float


@dataclass(frozen=True, kw_only=True)
class CellView:
    """One contribution with its kernel; its boxes are in the two sheets of the fold of map `row`."""

    column: int
    row: int
    name: Message | None
    mean: float
    varies: bool
    contribution: ContributionView
    sheet: SheetView
    kernel_sheet: SheetView


@dataclass(frozen=True, kw_only=True)
class ChangesView:
    """The effect of muting: every map of the layer, greatest change first. `silenced` maps became zero."""

    changed: int
    effects: tuple[EffectView, ...]


@dataclass(frozen=True, kw_only=True)
class WallView:
    """All contributions of a layer. `means` has the mean of each, by input channel and filter.

    There are `count` contributions: `filters` times the `read` channels of each. `picture` is the one picture
    that the boxes are cut from: those of the column heads, the contributions and the row ends. A wall of few
    columns and many rows stands in several `bands`, next to one another. `tiles` is the
    sheet of the maps that the rows fold into; `tiles_legend` is its scale, None where each map has its own.
    """

    layer: int
    channels: int
    filters: int
    read: int
    kind: str
    groups: int
    multiplier: int
    pattern: Message
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
    bands: tuple[BandView, ...]
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
