"""The views of the origin of imported weights."""

from dataclasses import dataclass

from app.lab.keep.views import DeletionView


@dataclass(frozen=True, kw_only=True)
class TensorOriginView:
    """The tensor in the file that the weights of a layer came from, and the order of its axes."""

    layer: int
    name: str
    order: str


@dataclass(frozen=True, kw_only=True)
class OriginView:
    """Imported weights used by a stack. `deletion` is None if the address does not include their token."""

    id: str
    format: str
    tensors: tuple[TensorOriginView, ...]
    kept_hours: int
    deletion: DeletionView | None
