"""Makes a description with a graph simpler, in the order in which one step needs the other."""

from dataclasses import replace

from app.untrusted.weights.by_graph.consecutive import chains
from app.untrusted.weights.by_graph.constants import fold_constants
from app.untrusted.weights.by_graph.joined import CONVOLUTIONS, joined
from app.untrusted.weights.by_graph.quantised import refuse_quantised
from app.untrusted.weights.description import Description, Operation, Tensor
from app.untrusted.weights.limits import Limits


def simplified(description: Description, limits: Limits) -> Description:
    """Return the same description with constants folded, what belongs together joined, and its chains.

    Raises:
        UnsupportedWeights: its convolutions are quantised.
    """
    if description.operations is None:
        return description
    refuse_quantised(description.operations)
    steps, tensors = fold_constants(description.operations, dict(description.tensors), limits)
    steps = tuple(_settled(each, tensors) for each in joined(steps, tensors))
    linked = [each for each in steps if each.makes]
    return replace(description, tensors=tensors, operations=steps, chains=chains(linked))


def _settled(each: Operation, tensors: dict[str, Tensor]) -> Operation:
    """Return a convolution whose weight is no constant of four axes as an operation that is not followed."""
    if each.kind not in CONVOLUTIONS:
        return each
    roles = ("depthwise", "pointwise") if each.kind == "separable" else ("weight",)
    weights = [tensors.get(each.parts.get(role, "")) for role in roles]
    if all(weight is not None and len(weight.shape) == 4 for weight in weights):
        return each
    return replace(
        each, kind="other", parts={}, settings={"type": f"{each.kind} of computed weights"}
    )
