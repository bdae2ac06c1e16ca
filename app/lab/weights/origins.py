"""Where the imported weights of a stack came from, as the page says it next to the layers."""

from app.engine.spec.stack import StackSpec
from app.lab.compute.weight_banks import imported_names
from app.lab.keep.imports import Imports
from app.lab.keep.views import DeletionView
from app.lab.weights.views import OriginView, TensorOriginView


def origin_views(
    stack: StackSpec, imports: Imports, token: str | None = None
) -> tuple[OriginView, ...]:
    """Describe each import whose weights a stack uses; with its `token` it can be deleted.

    Raises:
        UnknownWeights: an import is not stored, or no longer.
    """
    return tuple(_origin_view(name, stack, imports, token) for name in imported_names(stack))


def _origin_view(name: str, stack: StackSpec, imports: Imports, token: str | None) -> OriginView:
    origin = imports.find(name).origin
    tensors = ((origin.first, origin.first_order), (origin.second, origin.second_order))
    may_delete = token is not None and imports.is_held(name, token)
    return OriginView(
        id=name,
        format=origin.format,
        tensors=tuple(
            TensorOriginView(layer=number, name=tensor, order=order)
            for number, (tensor, order) in enumerate(tensors, 1)
            if stack.layers[number - 1].weights == name
        ),
        relation=origin.relation,
        followed=origin.followed,
        unfollowed=origin.unfollowed,
        guessed=origin.guessed,
        kept_hours=imports.offer().kept_hours,
        deletion=DeletionView(token=token) if token and may_delete else None,
    )
