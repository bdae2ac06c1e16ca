"""The answers of the lab: frozen dataclasses of numbers, strings and tuples, one for each partial. No arrays."""

from dataclasses import dataclass

from app.lab.fold_views import FoldView
from app.lab.piece_views import BoxView, LegendView, RangeView, SheetView, StatisticsView
from app.lab.pixel_views import PixelView, PlaneView


@dataclass(frozen=True, kw_only=True)
class OptionView:
    """One choice of a field; `refusal` says why it cannot be chosen now, if it cannot."""

    value: str
    label: str
    chosen: bool
    refusal: str | None = None


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One setting as a form field: a number, a choice or a text with a pattern.

    `why` says what works now and why nothing else does; `narrowed` whether other settings took values away.
    `more` fields stand behind "more". Where the value `speaks` for itself the label need not be seen.
    """

    name: str
    label: str
    value: str
    default: bool
    why: str | None = None
    narrowed: bool = False
    more: bool = False
    speaks: bool = False
    minimum: int | None = None
    maximum: int | None = None
    step: int | None = None
    pattern: str | None = None
    options: tuple[OptionView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TileView:
    """One map of a grid. `only_rounding`: all of its values are too small to mean anything.

    `muted`: layer 2 does not hear it.
    """

    channel: int
    name: str | None
    muted: bool
    statistics: RangeView
    only_rounding: bool
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class MapsView:
    """The grid of one layer. `legend` is None where each map has a scale of its own.

    `tile` is the longest side of a tile in the sheet, in pixels.
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


@dataclass(frozen=True, kw_only=True)
class KernelView:
    """The 2-D weights for one input channel; `reads` is False for channels of another group (all 0)."""

    channel: int
    name: str | None
    reads: bool
    weights: tuple[tuple[float, ...], ...]
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class MapView:
    """One map, and the filter that made it: all of its kernels and its one bias."""

    layer: int
    channel: int
    name: str | None
    show: str
    scale: str
    height: int
    width: int
    statistics: StatisticsView
    preactivation: StatisticsView
    activation: str
    legend: LegendView
    filter_shape: tuple[int, int, int]
    bias: float
    bias_used: bool
    kernels: tuple[KernelView, ...]
    kernel_sheet: SheetView
    kernel_legend: LegendView


@dataclass(frozen=True, kw_only=True)
class ExtentView:
    """A size in image pixels."""

    height: int
    width: int


@dataclass(frozen=True, kw_only=True)
class FormulasView:
    """How each number of a layer is computed, with the current settings in place."""

    products: str
    weights: str
    parameters: str
    multiply_adds: str
    memory: str
    receptive_field: str


@dataclass(frozen=True, kw_only=True)
class LayerView:
    """What one layer is and costs. `memory` is the bytes of its output; shapes are (C, H, W)."""

    number: int
    input_shape: tuple[int, int, int]
    shape: tuple[int, int, int]
    filters: int
    filter_shape: tuple[int, int, int]
    groups: int
    activation: str
    weights_made: str
    products: int
    weights: int
    biases: int
    parameters: int
    multiply_adds: int
    memory: int
    receptive_field: ExtentView
    formulas: FormulasView
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, kw_only=True)
class TotalView:
    """Both layers together."""

    weights: int
    parameters: int
    multiply_adds: int
    memory: int


@dataclass(frozen=True, kw_only=True)
class ChannelView:
    """One channel of the picture as layer 1 reads it, before `normalise`."""

    channel: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PictureView:
    """The picture of an address. `kept_hours` is None for a sample, which stays."""

    id: str
    title: str
    credit: str | None
    height: int
    width: int
    size: int
    notes: tuple[str, ...]
    channels: tuple[ChannelView, ...]
    kept_hours: int | None
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, kw_only=True)
class SampleView:
    """A photograph that is shipped."""

    id: str
    title: str
    credit: str
    terms: str
    source: str


@dataclass(frozen=True, kw_only=True)
class LabView:
    """The whole lab. `chosen` says whether the address names the map that stands open.

    `unshown` names the settings that no field of this view shows. `planes` are those of the image and of the
    layers, from below.
    """

    picture: PictureView
    samples: tuple[SampleView, ...]
    layers: tuple[LayerView, LayerView]
    total: TotalView
    grids: tuple[MapsView, MapsView]
    map: MapView
    fold: FoldView | None
    pixel: PixelView | None
    planes: tuple[PlaneView, PlaneView, PlaneView]
    chosen: bool
    muted: tuple[int, ...]
    display: tuple[FieldView, ...]
    unshown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AddedView:
    """An accepted upload."""

    id: str
    height: int
    width: int
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AboutView:
    """The about page."""

    samples: tuple[SampleView, ...]
    kept_hours: int
    upload_mib: int
    upload_megapixels: int


@dataclass(frozen=True, kw_only=True)
class ErrorView:
    """An error in any form: `field` names the setting or form field to change, where there is one."""

    status: int
    title: str
    message: str
    field: str | None = None
