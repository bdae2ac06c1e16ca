"""The answers about the kind of a layer: its steps, what it leaves unread, what kinds cost, the maps between."""

from dataclasses import dataclass

from app.lab.pieces.views import BoxView, LegendView, RangeView, SheetView
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class CountView:
    """A number, the formula that it comes from, and how often that of the standard layer it is."""

    value: int
    formula: str
    ratio: float


@dataclass(frozen=True, kw_only=True)
class CostView:
    """One way to make a layer and its cost; `settings` choose it, unless `refusal` says why they cannot.

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
    """What a layer from `channels` to `filters` costs in each way, at its size now."""

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
    """One map between the two factors of a layer.

    Depthwise first it is input channel `channel` through one kernel, and goes to every output;
    pointwise first it mixes every input channel, and goes to output `channel` alone.
    """

    index: int
    channel: int
    name: str | None
    range: RangeView
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class IntermediateView:
    """All maps between the two factors of a layer, on one scale of their own."""

    layer: int
    kind: str
    multiplier: int
    shape: tuple[int, int, int]
    inputs: int
    filters: int
    legend: LegendView
    sheet: SheetView
    maps: tuple[BetweenView, ...]
