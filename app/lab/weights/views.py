"""The views of the origin of imported weights."""

from dataclasses import dataclass

from app.lab.keep.views import DeletionView
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class TensorOriginView:
    """The tensor in the file that the weights of a layer came from, and the order of its axes."""

    layer: int
    name: str
    order: str


@dataclass(frozen=True, kw_only=True)
class OriginView:
    """Imported weights used by a stack, and how their file was read.

    `followed` is what the file states and the lab does, `unfollowed` what the lab cannot do, and `guessed` what
    the file does not state. `deletion` is None if the address does not include their token.
    """

    id: str
    format: str
    tensors: tuple[TensorOriginView, ...]
    relation: Message
    followed: tuple[Message, ...]
    unfollowed: tuple[Message, ...]
    guessed: tuple[Message, ...]
    kept_hours: int
    deletion: DeletionView | None
