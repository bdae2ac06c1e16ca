"""The pictures and values of a snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.lab.pieces.views import BoxView, SheetView


@dataclass(frozen=True, kw_only=True)
class PicturesView:
    """Several pictures in one sheet: a PNG, its size, and where each of them lies."""

    png: bytes
    sheet: SheetView
    boxes: tuple[BoxView, ...]


@dataclass(frozen=True, kw_only=True)
class ValuesView:
    """The values of a map, row by row: little-endian float32, or 16-bit whole numbers times `step`.

    `decimals` is how many decimals of them are shown.
    """

    data: bytes
    height: int
    width: int
    step: float | None
    decimals: int


@dataclass(frozen=True, kw_only=True)
class FoldPicturesView:
    """The pictures of a fold in a file: `steps` of the running sum, of `side` pixels, and the `last` one whole.

    `reduced` tells whether the steps are smaller than the last. `inputs` is None for the channels of the picture,
    which are in `channels`. `wrong` are the tempting wrong answers, whole, by their kinds,
    where there is room for them.
    """

    steps: PicturesView
    side: int
    reduced: bool
    last: bytes
    wrong: Mapping[str, bytes]
    contributions: PicturesView
    inputs: PicturesView | None
    channels: tuple[bytes, ...]
    kernels: bytes
    values: ValuesView
