"""The views of a fold: one map from its contributions."""

from dataclasses import dataclass

from app.lab.pieces.views import (
    BoxView,
    ContributionView,
    LegendView,
    Matrix,
    PlaneView,
    SheetView,
    UnreadView,
)
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class SumView:
    """The map after one step of the running sum: `kind` is `sum`, `bias`, `activation` or `pool`.

    `count` contributions are in it; `explained` is their share of the map's variance. `beyond` is the share of
    its values that lie beyond the scale of the sum.
    """

    kind: str
    count: int
    added: int | None
    explained: float
    beyond: float


@dataclass(frozen=True, kw_only=True)
class TwoStepsView:
    """The two steps of a factored layer in one filter, by input channel: `numbers` of its 1x1 factor, `kernels`,
    and where the maps between lie in their `sheet`.

    Depthwise first, each input has its own kernel, shared by all filters, and its own map between. Pointwise
    first, all have the one kernel of the filter, and the one map between, to which they are added.
    """

    numbers: tuple[float, ...]
    kernels: tuple[Matrix, ...]
    boxes: tuple[BoxView, ...]
    sheet: SheetView


@dataclass(frozen=True, kw_only=True)
class WrongView:
    """A tempting wrong answer (`mean`, `shared` or `strongest`), and how far it is from the true pre-activation.

    It is drawn on the scale of the sum; `beyond` is the share of its values that lie beyond that.
    `kernel_of` is the channel whose kernel all others get in the `shared` one.
    """

    kind: str
    greatest_difference: float
    beyond: float
    kernel_of: int | None


@dataclass(frozen=True, kw_only=True)
class FoldView:
    """One map from its contributions. `inputs` is how many are added: those that the filter reads (the depth of
    `filter_shape`), without muted ones. `varies` is False where the map is constant: then shares say nothing.

    `kernels_equal`: all kernels that the filter reads with are the same, so one kernel for all is no wrong answer.

    `plane` says where the pixels of the contributions lie, `pins` where the `output_size` pixels of the layer's
    output lie on the picture of the sum. `unread` is what the pool does not read of it.

    `legend` is the scale of the contributions, None where each has its own, and `sum_legend` that of the sum, with
    what lies beyond it at `step`; `factor` is how many times further the second reaches, None where that says
    nothing. `true_beyond` is what of the true pre-activation lies beyond the scale of the sum.
    `inputs_legend` is the scale of the maps that are read. `two_steps` is there where a layer of two steps has one
    map between for each input or each filter.

    A step of the sum is drawn in `sum_size` pixels, height and width, and in `moving_size` while it moves.
    `inputs_sheet` is the size of the sheet of the maps that are read; None for the channels of the picture.
    """

    layer: int
    channel: int
    name: Message | None
    inputs: int
    filter_shape: tuple[int, int, int]
    height: int
    width: int
    bias: float
    bias_used: bool
    activation: str
    pool: str
    pool_size: int
    kind: str
    multiplier: int
    show: str
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
    sum_size: tuple[int, int]
    moving_size: tuple[int, int]
    scale: str
    legend: LegendView | None
    inputs_legend: LegendView | None
    sum_legend: LegendView
    factor: float | None
    true_beyond: float
    kernel_legend: LegendView
    wrong: tuple[WrongView, ...]
    kernels_equal: bool
    least: float
    two_steps: TwoStepsView | None
