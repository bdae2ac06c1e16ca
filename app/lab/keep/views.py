"""The views of uploads."""

from dataclasses import dataclass

from app.messages import Message, Note, sentence


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
    """A convolution of a file: `stored` is the shape of its kernels there, `shape` as (F, C // groups, kh, kw).

    `fits` says whether a layer can use it with the current order of axes, `fits_otherwise` with another one.
    `batch_norm` names the BatchNorm directly behind it.
    """

    name: str
    stored: tuple[int, int, int, int]
    order: str
    kind: str
    shape: tuple[int, int, int, int]
    filters: int
    bias: str | None
    batch_norm: str | None
    fits: bool
    fits_otherwise: bool


@dataclass(frozen=True, kw_only=True)
class BatchNormView:
    """The BatchNorm behind a proposed convolution, which becomes `layer`; `stated` by the file, or guessed."""

    layer: int
    name: str
    epsilon: str
    stated: bool


@dataclass(frozen=True, kw_only=True)
class ContentsView:
    """The contents of a weight file; `first` and `second` name the proposed convolutions, or `why_none` says why
    not. Of the `count` convolutions in the file, `convolutions` lists a few hundred. `relation` says whether the
    second reads what the first makes, and `vectors` names tensors that can be a bias.
    """

    format: str
    count: int
    convolutions: tuple[ConvolutionView, ...]
    first: str | None
    second: str | None
    relation: Message | None
    why_none: Message | None
    vectors: tuple[str, ...]
    has_batch_norm: bool
    batch_norms: tuple[BatchNormView, ...]


@dataclass(frozen=True, kw_only=True)
class ImportedView:
    """Stored weights. `token` deletes them; `channels` is the number of channels of the picture.

    `relation`, `followed`, `unfollowed` and `guessed` say how the file was read.
    """

    id: str
    token: str
    format: str
    first: ConvolutionView
    second: ConvolutionView
    channels: int
    groups: tuple[int, int]
    relation: Message
    followed: tuple[Message, ...]
    unfollowed: tuple[Message, ...]
    guessed: tuple[Message, ...]
    kept_hours: int


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """The information shown before a weight file is sent; `torch_line` converts a file of PyTorch."""

    most_mib: int
    kept_hours: int
    torch_line: str


@dataclass(frozen=True, kw_only=True)
class SampleView:
    """A sample photograph, shipped or the operator's."""

    id: str
    title: Message | str
    credit: Message | str
    terms: Message | str
    source: Message | str

    @property
    def credit_line(self) -> Message:
        """Return whose the picture is, and the terms it is under."""
        return sentence("{credit}, {terms}", credit=self.credit, terms=self.terms)
