"""The lab: everything on its page, and what is said about the product."""

from dataclasses import dataclass

from app.lab.fold.views import FoldView
from app.lab.keep.views import DeletionView, SampleView
from app.lab.maps.views import MapsView, MapView
from app.lab.one_layer.views import OneLayerOfferView
from app.lab.pieces.training_views import TrainingView
from app.lab.pieces.views import PlaneView
from app.lab.pixel.views import PixelView
from app.lab.stage.face_views import FacesView
from app.lab.stage.layer_views import LayerView, TotalView
from app.lab.stage.stage_views import StageView
from app.lab.state.views import FieldView
from app.lab.weights.views import OriginView
from app.messages import Message, Note


@dataclass(frozen=True, kw_only=True)
class ChannelView:
    """One channel of the picture as layer 1 reads it, before `normalise`."""

    channel: int
    name: Message


@dataclass(frozen=True, kw_only=True)
class PictureView:
    """The picture of an address. `kept_hours` is None for a sample, which stays.

    `deletion` is None where the address does not say that its reader is an uploader of the picture.
    """

    id: str
    title: Message | str
    credit: Message | None
    height: int
    width: int
    size: int
    notes: tuple[Note, ...]
    channels: tuple[ChannelView, ...]
    kept_hours: int | None
    deletion: DeletionView | None
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, kw_only=True)
class LabView:
    """The whole lab. `chosen` says whether the address names the map that stands open.

    `samples_digest` changes with the samples of the operator. `unshown` names the settings that no field of this
    view shows. `planes` are those of the image and of the layers, from below. `one_layer` is None where more than
    activations keeps the layers from being one. A link to the fold of layer 1 opens on `colour_filter`, the first
    whose kernels differ. `faces` is of the bank of faces; None with others.
    """

    stage: StageView
    picture: PictureView
    samples: tuple[SampleView, ...]
    samples_digest: str
    layers: tuple[LayerView, LayerView]
    total: TotalView
    grids: tuple[MapsView, MapsView]
    map: MapView
    fold: FoldView | None
    pixel: PixelView | None
    planes: tuple[PlaneView, PlaneView, PlaneView]
    training: TrainingView | None
    imported: tuple[OriginView, ...]
    one_layer: OneLayerOfferView | None
    faces: FacesView | None
    colour_filter: int
    chosen: bool
    muted: tuple[int, ...]
    display: tuple[FieldView, ...]
    unshown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AboutView:
    """The about page."""

    samples: tuple[SampleView, ...]
    kept_hours: int
    upload_mib: int
    upload_megapixels: int
    jpeg_megapixels: int
