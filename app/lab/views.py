"""The answers of the lab: frozen dataclasses of numbers, strings and tuples, one for each partial. No arrays."""

from dataclasses import dataclass

from app.lab.composition_views import OneLayerOfferView
from app.lab.fold_views import FoldView
from app.lab.kind_views import CostsView, StepView, UnreadView
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

    `muted`: layer 2 does not hear it. `turned` is how much turning the kernels changes the map at most, where the
    state has them turned; None elsewhere.
    """

    channel: int
    name: str | None
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
class KernelView:
    """The 2-D weights for one input channel; `reads` is False for channels of another group (all 0)."""

    channel: int
    name: str | None
    reads: bool
    weights: tuple[tuple[float, ...], ...]
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class MapView:
    """One map, and the filter that made it: all of its kernels and its one bias.

    The kernels are those of the equivalent standard layer. `pins` says where the pixels of the layer's output, of
    which there are `output_size`, lie on the picture of the map. `turned` as in a TileView.
    """

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
    """What one layer is and costs. `memory` is the bytes of its output; shapes are (C, H, W).

    `map_shape` is that of its maps before any pool, `shape` that of its output. `steps` are the convolutions that
    it is made of; with `filter_shape` they equal one standard layer. `unread` is what no window reads of its
    input, `unread_by_pool` what its pool does not read of its maps; None where all is read.
    """

    number: int
    input_shape: tuple[int, int, int]
    shape: tuple[int, int, int]
    map_shape: tuple[int, int, int]
    intermediate_shape: tuple[int, int, int] | None
    filters: int
    filter_shape: tuple[int, int, int]
    kind: str
    groups: int
    multiplier: int
    steps: tuple[StepView, ...]
    pool: str
    pool_size: int
    unread: UnreadView | None
    unread_by_pool: UnreadView | None
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
    costs: CostsView
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
class DeletionView:
    """What its uploader needs to delete a picture: the token that the address came with."""

    token: str


@dataclass(frozen=True, kw_only=True)
class PictureView:
    """The picture of an address. `kept_hours` is None for a sample, which stays.

    `deletion` is None where the address does not say that its reader is an uploader of the picture.
    """

    id: str
    title: str
    credit: str | None
    height: int
    width: int
    size: int
    notes: tuple[str, ...]
    channels: tuple[ChannelView, ...]
    kept_hours: int | None
    deletion: DeletionView | None
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
    layers, from below. `one_layer` is None where more than activations keeps the layers from being one.
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
    one_layer: OneLayerOfferView | None
    chosen: bool
    muted: tuple[int, ...]
    display: tuple[FieldView, ...]
    unshown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AddedView:
    """An accepted upload. `token` deletes it, and is told to its uploader only."""

    id: str
    token: str
    height: int
    width: int
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeletedView:
    """A deletion that was carried out."""

    kept_hours: int


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
