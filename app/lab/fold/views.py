"""The views of a fold: one map from its contributions."""

from dataclasses import dataclass

from app.lab.pieces.views import (
    BoxView,
    ContributionView,
    LegendView,
    PlaneView,
    SheetView,
    UnreadView,
)


@dataclass(frozen=True, kw_only=True)
class SumView:
    """The map after one step of the running sum: `kind` is `sum`, `bias`, `activation` or `pool`.

    `count` contributions are in it; `explained` is their share of the map's variance.
    """

    kind: str
    count: int
    added: int | None
    explained: float
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class WrongView:
    """A tempting wrong answer (`mean` or `shared`), and how far it is from the true pre-activation."""

    kind: str
    greatest_difference: float


@dataclass(frozen=True, kw_only=True)
class FoldView:
    """One map from its contributions. `varies` is False where the map is constant: then shares say nothing.

    `plane` says where the pixels of the contributions lie, `pins` where those of the layer's output do, of which
    there are `output_size`, on the picture of the sum. `unread` is what the pool does not read of it.
    `inputs_sheet` is the size of the sheet of the maps that are read; None for the channels of the picture.
    """

    layer: int
    channel: int
    name: str | None
    inputs: int
    filter_shape: tuple[int, int, int]
    height: int
    width: int
    bias: float
    bias_used: bool
    activation: str
    pool: str
    pool_size: int
    output_size: tuple[int, int]
    plane: PlaneView
    pins: PlaneView
    unread: UnreadView | None
    order: str
    varies: bool
    contributions: tuple[ContributionView, ...]
    opened: ContributionView | None
    ordered: tuple[int, ...]
    sums: tuple[SumView, ...]
    step: int
    sheet: SheetView
    kernel_sheet: SheetView
    inputs_sheet: SheetView | None
    sums_sheet: SheetView
    scale: str
    legend: LegendView
    kernel_legend: LegendView
    wrong: tuple[WrongView, ...]
