"""The views of the lessons: the list, and one question with its answer once a guess is given."""

from dataclasses import dataclass
from typing import Any

from app.lab.maps.views import MapsView
from app.lab.pieces.views import BoxView, RectangleView, SheetView
from app.lab.stage.face_views import FacesView
from app.lab.stage.learning_views import ColourFilterView
from app.lab.stage.lessons.lesson import NumberGuess, Option, Reveal, SceneKind
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class SceneView:
    """What stands next to the question: the `view` of its kind, with `settings` of its own as in an address."""

    kind: SceneKind
    layer: int
    channel: int
    row: int
    col: int
    settings: tuple[tuple[str, str], ...]
    view: Any


@dataclass(frozen=True, kw_only=True)
class FixedView:
    """A setting that the lesson fixes; an empty `value` is the default."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class LessonLinkView:
    """A lesson in a list: its name in the address, and its title."""

    name: str
    title: Message


@dataclass(frozen=True, kw_only=True)
class LessonView:
    """One question. Before a guess, `reveal` is None and nothing here tells the answer.

    `number` counts from 1, in the order of `lessons`. `usual`: the reader's own net cannot go with what the lesson
    fixes, so the usual one is shown. `refused` says why a guess was not taken.
    """

    name: str
    number: int
    lessons: tuple[LessonLinkView, ...]
    following: LessonLinkView | None
    title: Message
    question: Message
    seen: Message
    reason: Message
    options: tuple[Option, ...]
    asks_number: NumberGuess | None
    fixed: tuple[FixedView, ...]
    usual: bool
    scenes: tuple[SceneView, ...]
    guess: str | None
    refused: Message | None
    reveal: Reveal | None


@dataclass(frozen=True, kw_only=True)
class LessonsView:
    """The list of the lessons."""

    lessons: tuple[LessonLinkView, ...]


@dataclass(frozen=True, kw_only=True)
class PictureSceneView:
    """The picture as layer 1 reads it, and its channels by name."""

    size: int
    channels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PartsView:
    """The contributions to one map as pictures alone: where each lies in their sheet."""

    sheet: SheetView
    boxes: tuple[BoxView, ...]


@dataclass(frozen=True, kw_only=True)
class SeenView:
    """What one value of layer 2 sees: it `reads` values of layer 1, of which the first one sees `corner`.

    All three are in pixels of the picture; `field` is the receptive field.
    """

    field: RectangleView
    reads: RectangleView
    corner: RectangleView


@dataclass(frozen=True, kw_only=True)
class SpotView:
    """One pixel of a picture of `size` by `size`, and the part of it `around` that is shown enlarged."""

    size: int
    row: int
    col: int
    around: RectangleView
    seen: SeenView | None


@dataclass(frozen=True, kw_only=True)
class FilterSceneView:
    """The kernels of one filter of a layer of `weights` weights in all, and where each lies in their sheet."""

    formula: str
    weights: int
    sheet: SheetView
    boxes: tuple[BoxView, ...]


@dataclass(frozen=True, kw_only=True)
class FiltersSceneView:
    """All filters of layer 1 in colour, on one scale: full colour is a weight of `limit`, the middle grey 0."""

    filters: tuple[ColourFilterView, ...]
    sheet: SheetView
    limit: float


@dataclass(frozen=True, kw_only=True)
class SizesView:
    """The sides of the maps of a deep net, from the picture on."""

    sides: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class FaceSceneView:
    """Faces found in a picture of `size` by `size`: the maps of the parts after the pool, and of the faces."""

    size: int
    faces: FacesView
    pool_size: int
    parts: MapsView
    found: MapsView
