"""What is said of weights that come from a file, from training, or from a hand."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ConvolutionView:
    """A tensor that can be filters: `stored` as in the file, `shape` as (F, C // groups, kh, kw)."""

    name: str
    stored: tuple[int, int, int, int]
    order: str
    shape: tuple[int, int, int, int]
    bias: str | None
    fits: bool


@dataclass(frozen=True, kw_only=True)
class ContentsView:
    """What a weight file holds; `first` and `second` are the names of those proposed."""

    format: str
    convolutions: tuple[ConvolutionView, ...]
    first: str
    second: str


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
