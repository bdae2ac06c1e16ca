"""The views of the kind of a layer: its steps, unread pixels, the cost of each kind, the intermediate maps."""

from dataclasses import dataclass

from app.lab.pieces.views import BoxView, LegendView, RangeView, SheetView
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class CountView:
    """A number, its formula, and its ratio to the same number of the standard layer."""

    value: int
    formula: str
    ratio: float


@dataclass(frozen=True, kw_only=True)
class CostView:
    """One way to build a layer and its cost; `settings` choose it, unless `refusal` says why they cannot.

    `way` is standard, grouped, separable, pointwise_first, pointwise (a 1x1 convolution) or depthwise.
    """

    way: str
    kind: str
    groups: int
    multiplier: int
    kernel: tuple[int, int]
    current: bool
    weights: CountView
    parameters: CountView
    multiply_adds: CountView
    settings: tuple[tuple[str, str], ...]
    refusal: Message | None


@dataclass(frozen=True, kw_only=True)
class CostsView:
    """The cost of a layer from `channels` to `filters` built in each way, at its current size."""

    layer: int
    channels: int
    filters: int
    kernel: tuple[int, int]
    map_height: int
    map_width: int
    bias: bool
    rows: tuple[CostView, ...]


@dataclass(frozen=True, kw_only=True)
class BetweenView:
    """One intermediate map between the two factors of a layer.

    Depthwise first, it is input channel `channel` convolved with one kernel, and feeds every output. Pointwise
    first, it mixes all input channels and feeds only output `channel`.
    """

    index: int
    channel: int
    name: Message | None
    range: RangeView
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class IntermediateView:
    """All intermediate maps between the two factors of a layer, on a colour scale of their own."""

    layer: int
    kind: str
    multiplier: int
    shape: tuple[int, int, int]
    inputs: int
    filters: int
    legend: LegendView
    sheet: SheetView
    maps: tuple[BetweenView, ...]
