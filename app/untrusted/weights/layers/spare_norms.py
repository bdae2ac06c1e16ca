"""Lists the BatchNorms of a file that could belong to two layers, where the file does not say what they follow."""

from collections.abc import Sequence

from app.untrusted.weights.by_name.batch_norm import BatchNorms
from app.untrusted.weights.description import Description
from app.untrusted.weights.layers.found import Found
from app.untrusted.weights.layers.layer import FoundLayer


def spare_norms(layers: Sequence[FoundLayer], found: Found, description: Description) -> list[str]:
    """Return the names of those with as many values as a layer without a BatchNorm has filters."""
    if found.following is not None or description.operations is None:
        return []
    means = BatchNorms(description.tensors).means()
    means |= {
        each.parts["mean"]: each.label
        for each in description.operations
        if each.kind == "batch_norm" and "mean" in each.parts
    }
    taken = {each.batch_norm.parts["mean"] for each in found.layers if each.batch_norm}
    lengths = {(each.filters,) for each in layers if each.batch_norm is None}
    return [
        label
        for mean, label in means.items()
        if mean not in taken and description.tensors[mean].shape in lengths
    ]
