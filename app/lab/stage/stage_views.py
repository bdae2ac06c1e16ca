"""What the stage adds to its grids: their columns and rows, the lines of Keras, what flows into each filter."""

from dataclasses import dataclass

from app.lab.pieces.views import BoxView, GridPlanView, SheetView
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class FlowView:
    """What one filter makes of each map of the layer below, in their order.

    `means` are exact; `sizes` are the mean absolute values at every few rows and columns. Maps of another group,
    and muted ones, are not heard (`hears`). `box` is where its kernels lie in the sheet of all filters.
    """

    filter: int
    hears: tuple[bool, ...]
    means: tuple[float, ...]
    sizes: tuple[float, ...]
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class StageView:
    """The stage: what layer `layer` reads at its left, the bench, what the layer makes at its right.

    `picked` is the map that the bench is about. `flows` are those of the layer's filters, in `filters_sheet`;
    none while a map stands open.
    """

    layer: int
    picked: int
    left: GridPlanView
    right: GridPlanView
    keras: tuple[Message | str, ...]
    flows: tuple[FlowView, ...]
    filters_sheet: SheetView
