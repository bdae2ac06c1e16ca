"""The views of the lessons: the list, and one question with its answer once a guess is given."""

from dataclasses import dataclass
from typing import Any

from app.lab.keep.rooms.base import Outcome
from app.lab.maps.views import MapsView
from app.lab.pieces.views import BoxView, Matrix, RectangleView, SheetView
from app.lab.stage.face_views import FacesView
from app.lab.stage.learning_views import ColourFilterView
from app.lab.stage.lessons.lesson import Option, Reveal, SceneKind
from app.lab.stage.lessons.number_answers import NumberGuess
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
class CountView:
    """How often a class gave a guess: `text` is the option's, None for a number."""

    guess: str
    text: Message | None
    count: int


@dataclass(frozen=True, kw_only=True)
class RoomView:
    """The room in which a class votes. For the presenter, who has the `key`, `counts` is not None.

    `outcome` is what became of the reader's ballot; before one is cast it is None, and `ballot` is the next one.
    """

    code: str
    is_closed: bool
    is_revealed: bool
    ballots: int
    ballot: str
    outcome: Outcome | None
    key: str | None
    counts: tuple[CountView, ...] | None


@dataclass(frozen=True, kw_only=True)
class LessonLinkView:
    """A lesson in a list: its name in the address and its title.

    Its `question` is only in the list of all: next to another question it could tell something.

    In a plan it is number `part`, counted from 1, on the picture `image` and with `settings`, as in an address.
    """

    name: str
    title: Message
    question: Message | None = None
    part: int | None = None
    image: str = ""
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlanLinkView:
    """A plan in a list."""

    name: str
    title: Message


@dataclass(frozen=True, kw_only=True)
class LessonView:
    """One question. Before a guess, `reveal` is None and nothing here tells the answer.

    `number` counts from 1, in the order of `lessons`, which are those of the `plan` if there is one. `usual`: the
    reader's own net cannot go with what the lesson fixes, so the usual one is shown. `refused` says why a guess
    was not taken. In a `room`, the answer is told only when its presenter reveals it.
    """

    name: str
    number: int
    plan: str | None
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
    room: RoomView | None


@dataclass(frozen=True, kw_only=True)
class LessonsView:
    """The lessons that come with the product and those of the operator, or those of a `plan`, with its title."""

    lessons: tuple[LessonLinkView, ...]
    plan: str | None
    title: Message | None
    plans: tuple[PlanLinkView, ...]


@dataclass(frozen=True, kw_only=True)
class AddedView:
    """What a row adds: its products, their sum, and the pre-activation `total` that this makes."""

    products: Matrix
    sum: float
    total: float


@dataclass(frozen=True, kw_only=True)
class RowView:
    """The last row of a ledger and what it is added to. Before a guess, `added` is None: nothing that is computed
    from the row itself.

    `others` is the sum of the `count` rows before it. `empty`: its window holds nothing but 0.
    """

    layer: int
    channel: int
    row: int
    col: int
    input: int
    name: Message | None
    window: Matrix
    kernel: Matrix
    count: int
    others: float
    bias: float
    bias_used: bool
    empty: bool
    added: AddedView | None


@dataclass(frozen=True, kw_only=True)
class SizesOfPictureView:
    """The sides of a picture at two sizes, in pixels."""

    sizes: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class CountedView:
    """A number of both layers together, and the formula of each."""

    formulas: tuple[str, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class CountRowView:
    """A number of the net at both sizes of a picture: `weights`, `biases`, `multiply_adds`, `memory` (in bytes).

    `times` is how many times as large it is at the larger size.
    """

    kind: str
    at: tuple[CountedView, CountedView]
    times: float


@dataclass(frozen=True, kw_only=True)
class CountsView:
    """The numbers of the net at both sizes of the picture."""

    sizes: tuple[int, int]
    rows: tuple[CountRowView, ...]


@dataclass(frozen=True, kw_only=True)
class PictureSceneView:
    """The picture as layer 1 reads it, and its channels by name."""

    size: int
    channels: tuple[Message, ...]


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
