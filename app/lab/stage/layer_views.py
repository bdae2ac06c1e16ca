"""What the layers are and cost."""

from dataclasses import dataclass

from app.lab.kinds.views import CostsView
from app.lab.pieces.views import StepView, UnreadView
from app.lab.state.views import FieldView
from app.messages import Message


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
    fully_connected: str
    receptive_field: Message | str


@dataclass(frozen=True, kw_only=True)
class LayerView:
    """What one layer is and costs. `memory` is the bytes of its output; shapes are (C, H, W). `fully_connected` is
    how many weights a layer with the same maps would have if each value read every pixel.

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
    weights_made: Message
    products: int
    weights: int
    biases: int
    parameters: int
    multiply_adds: int
    memory: int
    fully_connected: int
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
