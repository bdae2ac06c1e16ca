"""The answers about the one layer that two linear layers equal. No arrays."""

from dataclasses import dataclass

from app.lab.pieces.views import BoxView, LegendView, Matrix, SheetView


@dataclass(frozen=True, kw_only=True)
class OneLayerOfferView:
    """Two layers that equal one, or would with `linear` as the activation of both: `linear` says which.

    `filter_shape` is (kh, kw, C) of the one layer.
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
    """One filter of the one layer, a matrix for each channel; empty where the layer has too many weights."""

    channel: int
    bias: float
    weights: tuple[Matrix, ...]
    box: BoxView


@dataclass(frozen=True, kw_only=True)
class OneLayerView:
    """The one layer, and how far its maps of the picture differ from those of the two.

    `inside` is the greatest difference where no window of layer 2 lies on padding, `ring` where one does,
    None where there is no such value. `greatest` is the greatest absolute value of the maps. Where maps are
    muted, all were heard for this: `muted` counts them. `padding` is ((top, bottom), (left, right)).
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
    names: tuple[str | None, ...]
    legend: LegendView
    sheet: SheetView
    each: tuple[OneFilterView, ...]
