"""The views of uploads."""

from dataclasses import dataclass

from app.messages import Message, Note


@dataclass(frozen=True, kw_only=True)
class DeletionView:
    """How the uploader deletes an upload: with the token that came with its address."""

    token: str


@dataclass(frozen=True, kw_only=True)
class AddedView:
    """An accepted upload. `token` deletes it, and is shown only to its uploader."""

    id: str
    token: str
    height: int
    width: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class DeletedView:
    """A completed deletion, of a `picture` or of `weights`."""

    what: str
    kept_hours: int


@dataclass(frozen=True, kw_only=True)
class ConvolutionView:
    """A tensor that can be filters: `stored` is its shape in the file, `shape` that as (F, C // groups, kh, kw).

    `fits` says whether a layer can use it with the current order of axes, `fits_otherwise` with the other one.
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
    """The contents of a weight file; `first` and `second` name the proposed convolutions, or `why_none` says why
    not. Of the `count` convolutions in the file, `convolutions` lists a few hundred.
    """

    format: str
    count: int
    convolutions: tuple[ConvolutionView, ...]
    first: str | None
    second: str | None
    why_none: Message | None


@dataclass(frozen=True, kw_only=True)
class ImportedView:
    """Stored weights. `token` deletes them; `channels` is the number of channels of the picture."""

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
    """The information shown before a weight file is sent."""

    most_mib: int
    kept_hours: int


@dataclass(frozen=True, kw_only=True)
class SampleView:
    """A sample photograph, shipped or the operator's."""

    id: str
    title: str
    credit: str
    terms: str
    source: str
