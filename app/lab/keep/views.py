"""What is said of an upload."""

from dataclasses import dataclass

from app.messages import Message, Note


@dataclass(frozen=True, kw_only=True)
class DeletionView:
    """What its uploader needs to delete an upload: the token that the address came with."""

    token: str


@dataclass(frozen=True, kw_only=True)
class AddedView:
    """An accepted upload. `token` deletes it, and is told to its uploader only."""

    id: str
    token: str
    height: int
    width: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class DeletedView:
    """A deletion that was carried out, of a `picture` or of `weights`."""

    what: str
    kept_hours: int


@dataclass(frozen=True, kw_only=True)
class ConvolutionView:
    """A tensor that can be filters: `stored` as in the file, `shape` as (F, C // groups, kh, kw).

    `fits` says whether a layer can have them as they are read, `fits_otherwise` in the other order of axes.
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
    """What a weight file holds; `first` and `second` are the names of those proposed, else `why_none` says why."""

    format: str
    convolutions: tuple[ConvolutionView, ...]
    first: str | None
    second: str | None
    why_none: Message | None


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


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """What is said before a weight file is sent."""

    most_mib: int
    kept_hours: int


@dataclass(frozen=True, kw_only=True)
class SampleView:
    """A photograph that is shipped."""

    id: str
    title: str
    credit: str
    terms: str
    source: str
