"""Small views that the others are made of: statistics, legends, places in a sheet."""

from dataclasses import dataclass

from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class RangeView:
    """The range of one map; silent means 0 everywhere after the activation."""

    minimum: float
    maximum: float
    silent: bool


@dataclass(frozen=True, kw_only=True)
class StatisticsView(RangeView):
    """Statistics of one map: `zeros` is a share in [0, 1]."""

    mean: float
    zeros: float


@dataclass(frozen=True, kw_only=True)
class TickView:
    """A number on a legend, `position` in [0, 1] from its left end."""

    value: float
    position: float


@dataclass(frozen=True, kw_only=True)
class LegendView:
    """The colours of a scale from `minimum` to `limit`, as evenly spaced stops, and its ticks.

    `minimum` is -limit, or 0 for values that cannot be negative. `beyond` is the share of the values in the
    picture that lie beyond the ends, in the last colours.
    """

    minimum: float
    limit: float
    beyond: float
    stops: tuple[str, ...]
    ticks: tuple[TickView, ...]


@dataclass(frozen=True, kw_only=True)
class BoxView:
    """Where a tile lies in its sheet, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class SheetView:
    """The size of the one picture that holds all tiles of a grid. `halves`: it also comes in half the size."""

    columns: int
    width: int
    height: int
    halves: bool = False


@dataclass(frozen=True, kw_only=True)
class GridPlanView:
    """The columns and rows of a grid on the stage. `small`: its tiles have no room for numbers of their own."""

    columns: int
    rows: int
    small: bool


Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True)
class RectangleView:
    """A part of the image, in pixels; without area where nothing of the image is seen."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True, kw_only=True)
class PlaneView:
    """Where the pixels of a map lie in the image: pixel (r, c) at `first` + `step` * (r, c), their centres.

    A picture on which a rest of a map counts for no pixel has a fraction of one along that side.
    """

    height: float
    width: float
    step: tuple[int, int]
    first: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One of the one or two convolutions that a layer is made of: its filters and the shape of each.

    `groups` is how many groups the filters are in, 1 for none; `depthwise` whether each reads one channel.
    """

    filters: int
    filter_shape: tuple[int, int, int]
    groups: int
    depthwise: bool


@dataclass(frozen=True, kw_only=True)
class UnreadView:
    """How many rows and columns at the lower and right end a layer, or its pool, does not read: `values` in all.

    They are of maps, or of the picture, of `height` by `width`.
    """

    layer: int
    by_pool: bool
    rows: int
    columns: int
    height: int
    width: int
    values: int


@dataclass(frozen=True, kw_only=True)
class KindView:
    """A way to make a layer that can be chosen by `settings`, or the reason why not."""

    way: str
    groups: int
    current: bool
    settings: tuple[tuple[str, str], ...]
    refusal: Message | None


@dataclass(frozen=True, kw_only=True)
class KernelView:
    """The 2-D weights for one input channel; `reads` is False for channels of another group (all 0).

    `edited`: it was set by hand. `settable`: it can be.
    """

    channel: int
    name: Message | None
    reads: bool
    weights: tuple[tuple[float, ...], ...]
    edited: bool
    settable: bool
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class ContributionView:
    """What one input channel adds to a map. `share` is of the map's variance; all shares add up to 1.

    `rank` counts from 0 in the order of the running sum. A channel of another group adds nothing and
    is not read. `box` and `kernel_box` lie in the two sheets of the fold, `input_box` in that of the maps
    that are read; None for a channel of the picture, which is a picture of its own.
    """

    channel: int
    name: Message | None
    reads: bool
    muted: bool
    share: float
    minimum: float
    maximum: float
    rank: int
    kernel: Matrix
    box: BoxView
    kernel_box: BoxView
    input_box: BoxView | None
