"""Small views that the others are made of: statistics, legends, places in a sheet."""

from dataclasses import dataclass


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
    """The colours of a scale from -limit to limit, as evenly spaced stops, and its ticks.

    `beyond` is the share of the values that lie beyond the ends, in the last colours.
    """

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
    """The size of the one picture that holds all tiles of a grid."""

    columns: int
    width: int
    height: int
