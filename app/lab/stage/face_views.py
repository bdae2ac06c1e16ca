"""The faces that the bank of faces found, and the sum that decides."""

from dataclasses import dataclass

from app.lab.pieces.views import RectangleView


@dataclass(frozen=True, kw_only=True)
class FacePartView:
    """One place that the filter asks for a part: the name of the part, and the value that it reads there."""

    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class FacesView:
    """What the filter of faces found: a face is where `weight` times the sum of the parts and `bias` is above 0.

    `found` are the parts of the picture that the faces were seen in, the strongest first: at most 50 of `count`.
    `row` and `col` are the strongest place of the map, whether it is a face or not; there the filter reads
    `parts`, and the sum is `total`.
    """

    count: int
    found: tuple[RectangleView, ...]
    row: int
    col: int
    parts: tuple[FacePartView, ...]
    weight: float
    bias: float
    total: float
