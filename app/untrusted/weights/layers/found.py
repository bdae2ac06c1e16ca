"""Finds the convolutions of a description, each with what belongs to it, and which follows which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from app.untrusted.weights.description import Chain, Description, Operation, Tensor
from app.untrusted.weights.layers.axes import with_orders
from app.untrusted.weights.layers.fitting_norms import with_fitting_norms
from app.untrusted.weights.layers.layer import BatchNorm, FoundLayer, Shape
from app.untrusted.weights.layers.settings import followed
from app.untrusted.weights.limits import Limits

CONVOLUTIONS = ("conv", "depthwise", "separable", "transposed")
_PASSED = ("batch_norm", "activation", "pool", "padding")  # between two layers of a stack


@dataclass(frozen=True, kw_only=True)
class Found:
    """The convolutions of a file. `following` has the next of each by their places; None without a graph.

    `ahead` is what the file does before each convolution and after none, except padding, by its place.
    """

    layers: tuple[FoundLayer, ...]
    following: Mapping[int, int] | None
    ahead: Mapping[int, tuple[Operation, ...]]


def find_layers(description: Description, limits: Limits) -> Found:
    """Return the convolutions of a description with operations, in their order."""
    assert description.operations is not None
    own = [
        operation
        for operation in description.operations
        if operation.kind in CONVOLUTIONS and _has_four_axes(operation, description.tensors)
    ]
    places = {id(operation): place for place, operation in enumerate(own)}
    around = _in_chains(description.chains, places) if description.chains else None
    layers = with_orders(
        [_layer(operation, description.tensors) for operation in own], description.format, limits
    )
    next_of = {
        id(each): behind for each, behind in pairwise((*description.operations, None)) if each
    }
    norms = [_batch_norm(each) for each in description.operations if each.kind == "batch_norm"]
    finished: list[FoundLayer] = []
    following: dict[int, int] = {}
    ahead: dict[int, tuple[Operation, ...]] = {}
    for place, (layer, operation) in enumerate(zip(layers, own, strict=True)):
        if around is None:
            behind_it = next_of[id(operation)]
            norm = behind_it if behind_it and behind_it.kind == "batch_norm" else None
            finished.append(replace(layer, batch_norm=_batch_norm(norm)) if norm else layer)
            continue
        before, behind, after = around.get(place, ((), (), None))
        norm = behind[0] if behind and behind[0].kind == "batch_norm" else None
        rest = behind[1:] if norm else behind
        one = replace(layer, batch_norm=_batch_norm(norm)) if norm else layer
        paddings = [each for each in before if each.kind == "padding"]
        finished.append(replace(one, followed=followed(one, operation, paddings, rest)))
        if after is not None:
            following[place] = after
        ahead[place] = tuple(each for each in before if each.kind != "padding")
    if around is None:
        finished = with_fitting_norms(finished, norms, description.tensors)
    return Found(
        layers=tuple(finished), following=following if around is not None else None, ahead=ahead
    )


Around = tuple[Sequence[Operation], Sequence[Operation], int | None]


def _in_chains(chains: Sequence[Chain], places: Mapping[int, int]) -> dict[int, Around]:
    """Return for each convolution what lies before it and behind it, and the one that directly follows it."""
    around: dict[int, Around] = {}
    for chain in chains:
        at = [index for index, each in enumerate(chain) if id(each) in places]
        for number, index in enumerate(at):
            start = at[number - 1] + 1 if number else 0
            end = at[number + 1] if number + 1 < len(at) else len(chain)
            behind = list(takewhile(lambda each: each.kind in _PASSED, chain[index + 1 : end]))
            reached = end < len(chain) and len(behind) == end - index - 1
            rest = chain[index + 1 + len(behind) : end]
            shown = (*behind, *rest[:1])  # the first that ends what is followed is named
            after = places[id(chain[end])] if reached else None
            before = [each for each in chain[start:index] if not number or each.kind == "padding"]
            around[places[id(chain[index])]] = (before, shown, after)
    return around


def _batch_norm(operation: Operation) -> BatchNorm:
    return BatchNorm(
        label=operation.label,
        parts=dict(operation.parts),
        epsilon=float(operation.settings.get("epsilon", 1e-5)),
        trust=operation.trust,
    )


def _kernels(operation: Operation) -> str | None:
    return operation.parts.get("depthwise") or operation.parts.get("weight")


def _has_four_axes(operation: Operation, tensors: Mapping[str, Tensor]) -> bool:
    name = _kernels(operation)
    return name is not None and name in tensors and len(tensors[name].shape) == 4


def _layer(operation: Operation, tensors: Mapping[str, Tensor]) -> FoundLayer:
    name = _kernels(operation)
    assert name is not None
    stored: Shape = tuple(tensors[name].shape)  # type: ignore[assignment]
    settings = operation.settings
    order = settings.get("order")
    pointwise = operation.parts.get("pointwise")
    bias = operation.parts.get("bias")
    layer = FoundLayer(
        name=name,
        kind={"conv": "standard"}.get(operation.kind, operation.kind),  # type: ignore[arg-type]
        stored=stored,
        order=str(order) if order else "OIHW",
        order_trust="stated" if order else "placed",
        groups=settings.get("groups"),
        pointwise=pointwise,
        pointwise_stored=tuple(tensors[pointwise].shape) if pointwise else (),
        pointwise_order=str(settings.get("pointwise_order", "HWIO" if order == "HWIM" else "OIHW")),
        bias=bias,
        bias_length=tensors[bias].shape[0] if bias and tensors[bias].shape else 0,
        bias_trust=operation.trust,
        trust=operation.trust,
    )
    if operation.kind == "transposed" and set(layer.order) != set("OIHW"):
        return replace(layer, order="OIHW")
    if operation.kind != "separable":
        return layer
    return layer if settings.get("kernels_first", True) else replace(layer, kind="pointwise_first")
