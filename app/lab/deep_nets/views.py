"""The views of a deep net: the output of each layer for an image, and a drawing of it. No arrays."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RungFormulasView:
    """How each number of a layer is computed."""

    values: str
    parameters: str
    multiply_adds: str
    receptive_field: str


@dataclass(frozen=True, kw_only=True)
class RungView:
    """One layer of the net. `shape` is (C, H, W) of its output; lengths are in pixels of the image.

    `receptive_field` is the side of the square that one value depends on, `step` the distance between the
    receptive fields of neighbouring values. `unread` counts the rows and the columns at the far end of its input
    that no window reads.
    """

    name: str
    kind: str
    entry: str
    shape: tuple[int, int, int]
    values: int
    parameters: int
    weights: int
    multiply_adds: int
    receptive_field: int
    step: int
    unread: int
    formulas: RungFormulasView


@dataclass(frozen=True, kw_only=True)
class LadderTotalView:
    """All layers together."""

    convolutions: int
    pools: int
    parameters: int
    weights: int
    multiply_adds: int


@dataclass(frozen=True, kw_only=True)
class BarView:
    """One layer in the drawing: a bar for its maps (height: their side, width: their number), and its receptive
    field.

    All in units of the drawing. `side`, `depth` and `sees` are the numbers written next to it; None where the
    one before is the same, or where there is no room.
    """

    middle: float
    left: float
    top: float
    width: float
    height: float
    pools: bool
    label: str | None
    side: int | None
    depth: int | None
    sees: int | None
    sees_left: float
    sees_top: float
    sees_side: float


@dataclass(frozen=True, kw_only=True)
class DrawingView:
    """The layout of the drawing: `picture` is the side of the image, which comes first.

    `tile` is the side of the small pictures below the bars, which show how the receptive field grows.
    """

    width: float
    height: float
    base: float
    picture: float
    tile: float
    tiles_top: float
    bars: tuple[BarView, ...]


@dataclass(frozen=True, kw_only=True)
class LadderView:
    """A deep net layer by layer. `net` is its name if it has one; `written` its list of layers, as in the
    address.
    """

    net: str | None
    written: str
    size: int
    channels: int
    input_shape: tuple[int, int, int]
    layers: tuple[RungView, ...]
    total: LadderTotalView
    drawing: DrawingView
