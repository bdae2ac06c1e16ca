"""What is said of weights that come from a file, from training, or from a hand."""

from dataclasses import dataclass

from app.lab.keep.views import DeletionView


@dataclass(frozen=True, kw_only=True)
class ConvolutionView:
    """A tensor that can be filters: `stored` as in the file, `shape` as (F, C // groups, kh, kw).

    `fits` says whether a layer can have them as they are read, `fits_otherwise` in the other order of axes.
    """

    name: str
    stored: tuple[int, int, int, int]
    order: str
    shape: tuple[int, int, int, int]
    bias: str | None
    fits: bool
    fits_otherwise: bool


@dataclass(frozen=True, kw_only=True)
class ContentsView:
    """What a weight file holds; `first` and `second` are the names of those proposed, else `why_none` says why."""

    format: str
    convolutions: tuple[ConvolutionView, ...]
    first: str | None
    second: str | None
    why_none: str | None


@dataclass(frozen=True, kw_only=True)
class ImportedView:
    """Weights that were taken in. `token` deletes them; `channels` are those of the picture."""

    id: str
    token: str
    format: str
    first: ConvolutionView
    second: ConvolutionView
    channels: int
    groups: tuple[int, int]
    kept_hours: int


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """What is said before a weight file is sent."""

    most_mib: int
    kept_hours: int


@dataclass(frozen=True, kw_only=True)
class TensorOriginView:
    """The tensor that the weights of a layer were, and how its axes were read."""

    layer: int
    name: str
    order: str


@dataclass(frozen=True, kw_only=True)
class OriginView:
    """Imported weights that a stack has. `deletion` is None where the address does not have their token."""

    id: str
    format: str
    tensors: tuple[TensorOriginView, ...]
    kept_hours: int
    deletion: DeletionView | None


@dataclass(frozen=True, kw_only=True)
class PresetView:
    """A kernel to choose; `weights` row by row."""

    name: str
    title: str
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
    name: str | None
    height: int
    width: int
    weights: tuple[float, ...]
    edited: bool
    is_full: bool
    most: int
    set_by_hand: int
    presets: tuple[PresetView, ...]


@dataclass(frozen=True, kw_only=True)
class CurveView:
    """One curve of the training: places from 0 to 1, to the right and down."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class StepView:
    """A training step whose weights are kept, and where it lies to the right, from 0 to 1."""

    step: int
    x: float
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class TrainingView:
    """How the shown weights were trained. `layers` are those that have them; losses and score are at
    `step`, which has that `place` among `steps`.

    Losses are drawn from 0 to `greatest_loss`, scores from 0 to 1.
    """

    sentence: str
    data: str
    chance: float
    layers: tuple[int, ...]
    step: int
    place: int
    last: int
    training_loss: float
    held_out_loss: float
    accuracy: float
    greatest_loss: float
    x: float
    curves: tuple[CurveView, ...]
    steps: tuple[StepView, ...]
