"""The training on one screen: its steps and curves, the filters of layer 1 in colour, and their maps."""

from dataclasses import dataclass

from app.lab.maps.views import MapsView
from app.lab.pieces.training_views import TrainingView
from app.lab.pieces.views import BoxView, SheetView


@dataclass(frozen=True, kw_only=True)
class ColourFilterView:
    """One filter of layer 1, the range of its weights, and where its small colour picture lies."""

    channel: int
    minimum: float
    maximum: float
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class LearningView:
    """All filters of layer 1 as they are after one training step, and the maps that they make of the picture.

    The filters are drawn on one scale: full colour is a weight of `limit`, the middle grey 0.
    """

    training: TrainingView
    filters: tuple[ColourFilterView, ...]
    sheet: SheetView
    limit: float
    maps: MapsView
