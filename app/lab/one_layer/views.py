"""The views of the composed layer of two linear layers. No arrays."""

from dataclasses import dataclass

from app.lab.pieces.views import BoxView, LegendView, Matrix, SheetView
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class OneLayerOfferView:
    """Two layers that equal a single one as they are (`linear` is True), or would with linear activations.

    `filter_shape` is (kh, kw, C) of the composed layer.
    """

    linear: bool
    shape: tuple[int, int, int]
    filters: int
    filter_shape: tuple[int, int, int]
    weights: int
    formula: str
    two_weights: int


@dataclass(frozen=True, kw_only=True)
class OneFilterView:
    """One filter of the composed layer, a matrix for each channel; empty if the layer has too many weights."""

    channel: int
    bias: float
    weights: tuple[Matrix, ...]
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class OneLayerView:
    """The composed layer, and how far its maps of the picture differ from those of the stack.

    `inside` is the greatest difference at pixels whose layer 2 window does not touch padding, `ring` at the
    others; either is None if there is no such pixel. `greatest` is the greatest absolute value of the maps.
    Muting is ignored for this; `muted` counts the muted maps. `padding` is ((top, bottom), (left, right)).
    """

    shape: tuple[int, int, int]
    filters: int
    filter_shape: tuple[int, int, int]
    stride: int
    dilation: int
    padding: tuple[tuple[int, int], tuple[int, int]]
    weights: int
    formula: str
    two_weights: int
    muted: int
    inside: float | None
    ring: float | None
    greatest: float
    names: tuple[Message | None, ...]
    legend: LegendView
    sheet: SheetView
    each: tuple[OneFilterView, ...]
