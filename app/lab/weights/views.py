"""What is said of weights that come from a file, from training, or from a hand."""

from dataclasses import dataclass

from app.lab.keep.views import DeletionView


@dataclass(frozen=True, kw_only=True)
class TensorOriginView:
    """The tensor that the weights of a layer were, and how its axes were read."""

    layer: int
    name: str
    order: str


@dataclass(frozen=True, kw_only=True)
class OriginView:
    """Imported weights that a stack has. `deletion` is None where the address does not have their token."""

    id: str
    format: str
    tensors: tuple[TensorOriginView, ...]
    kept_hours: int
    deletion: DeletionView | None
