"""The grid of a layer, and one map with its filter."""

from dataclasses import dataclass

from app.lab.pieces.views import (
    BoxView,
    KernelView,
    LegendView,
    PlaneView,
    RangeView,
    SheetView,
    StatisticsView,
    UnreadView,
)
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class PresetView:
    """A kernel to choose; `weights` row by row."""

    name: str
    title: Message
    weights: tuple[float, ...]
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class EditorView:
    """One kernel that is being set by hand, as it is before any turning.

    `is_full`: as many others are set as can be, `most`; `set_by_hand` are those of the layer that are set.
    """

    layer: int
    filter: int
    channel: int
    name: Message | None
    height: int
    width: int
    weights: tuple[float, ...]
    edited: bool
    is_full: bool
    most: int
    set_by_hand: int
    presets: tuple[PresetView, ...]


@dataclass(frozen=True, kw_only=True)
class TileView:
    """One map of a grid. `only_rounding`: all of its values are too small to mean anything.

    `muted`: layer 2 does not hear it. `turned` is how much turning the kernels changes the map at most, where the
    state has them turned; None elsewhere.
    """

    channel: int
    name: Message | None
    muted: bool
    statistics: RangeView
    only_rounding: bool
    turned: float | None
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class MapsView:
    """The grid of one layer. `legend` is None where each map has a scale of its own.

    `tile` is the longest side of a tile in the sheet, in pixels. `pixels` is how many pixels of the layer's output
    lie along the sides of a map: a fraction where it is shown before a pool that leaves a rest. `unread` is what
    nothing reads of the maps as they are shown.
    """

    layer: int
    shape: tuple[int, int, int]
    show: str
    scale: str
    legend: LegendView | None
    tile: int
    sheet: SheetView
    tiles: tuple[TileView, ...]
    silent: int
    pixels: tuple[float, float]
    unread: UnreadView | None


@dataclass(frozen=True, kw_only=True)
class MapView:
    """One map, and the filter that made it: all of its kernels and its one bias.

    The kernels are those of the equivalent standard layer. `pins` says where the pixels of the layer's output, of
    which there are `output_size`, lie on the picture of the map. `turned` as in a TileView. `editor` is there
    while one of the kernels is being set by hand.
    """

    layer: int
    channel: int
    name: Message | None
    show: str
    scale: str
    height: int
    width: int
    statistics: StatisticsView
    preactivation: StatisticsView
    activation: str
    pool: str
    pool_size: int
    output_size: tuple[int, int]
    pins: PlaneView
    unread: UnreadView | None
    turned: float | None
    legend: LegendView
    kind: str
    multiplier: int
    filter_shape: tuple[int, int, int]
    bias: float
    bias_used: bool
    kernels: tuple[KernelView, ...]
    kernel_sheet: SheetView
    kernel_legend: LegendView
    editor: EditorView | None
