"""Finds what a BatchNorm follows in a file that does not say it, by the number of its values alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.untrusted.weights.description import Tensor
from app.untrusted.weights.layers.layer import BatchNorm, FoundLayer


def with_fitting_norms(
    layers: Sequence[FoundLayer], norms: Sequence[BatchNorm], tensors: Mapping[str, Tensor]
) -> list[FoundLayer]:
    """Return the layers, each with the BatchNorm that has as many values as it has filters.

    Where several layers or several BatchNorms have that many, none is taken, since the file does not tell which.
    A layer that has a BatchNorm keeps it.
    """
    lengths = Counter(_length(norm, tensors) for norm in norms)
    filters = Counter(layer.filters for layer in layers)
    fitting = {
        length: norm
        for norm in norms
        if lengths[length := _length(norm, tensors)] == 1 and filters[length] == 1
    }
    return [
        layer if layer.batch_norm else replace(layer, batch_norm=fitting.get(layer.filters))
        for layer in layers
    ]


def _length(norm: BatchNorm, tensors: Mapping[str, Tensor]) -> int:
    shape = tensors[norm.parts["mean"]].shape if "mean" in norm.parts else ()
    return shape[0] if len(shape) == 1 else 0
