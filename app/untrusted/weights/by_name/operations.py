"""Guesses the convolutions of a file that states no operations."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.untrusted.weights.by_name.batch_norm import BatchNorms
from app.untrusted.weights.by_name.biases import Biases
from app.untrusted.weights.by_name.derived import composed
from app.untrusted.weights.by_name.factors import factors, shown_twice
from app.untrusted.weights.by_name.numbers import may_be_filters, natural
from app.untrusted.weights.by_name.quantised import refuse_quantised
from app.untrusted.weights.description import Description, Operation, Tensor

KERAS_EPSILON, ANY_EPSILON = 1e-3, 1e-5

_DIGITS = 6
_TRANSPOSED = re.compile(r"transpose|deconv", re.IGNORECASE)
_DEPTHWISE = re.compile(
    r"depthwise_kernel|depthwise_conv2d[^/]*/.*kernel|dwconv[^/]*/kernel", re.IGNORECASE
)


def with_operations(description: Description) -> Description:
    """Return the description with the operations that names, lengths and places suggest.

    Convolutions come in the order of the file, where it has one, else in the natural order of their names.

    Raises:
        UnsupportedWeights: the weights are quantised, or in parts that are not known.
    """
    if description.operations is not None:
        return description
    refuse_quantised(description)
    tensors = composed(description.tensors)
    if description.format != "Keras":
        tensors = dict(sorted(tensors.items(), key=lambda item: natural(item[0])))
    guessed = replace(description, tensors=tensors)
    return replace(guessed, operations=tuple(_operations(guessed)))


def _operations(description: Description) -> Iterator[Operation]:
    tensors = description.tensors
    facts = _Facts(description)
    norms = BatchNorms(tensors)
    of_factors = {each.kernels: each for each in factors(tensors)}
    left_out = shown_twice(tensors) | {each.pointwise for each in of_factors.values()}
    biases = Biases(tensors)
    taken = set(norms.names) | {each.bias for each in of_factors.values() if each.bias}
    for name, tensor in tensors.items():
        if name in left_out or not may_be_filters(tensor):
            continue
        made: Operation
        if name in of_factors:
            one = of_factors[name]
            parts = {"depthwise": name, "pointwise": one.pointwise}
            keras = name.endswith(("depthwise_kernel", "depthwise_kernel:0"))
            made = Operation(
                kind="separable",
                label=name,
                parts=parts | ({"bias": one.bias} if one.bias else {}),
                settings={
                    "order": "HWIM" if keras else "OIHW",
                    "pointwise_order": "HWIO" if keras else "OIHW",
                    "kernels_first": bool(facts.of(name, "kernels_first", one.kernels_first)),
                    **_groups(tensor, facts, keras=keras),
                },
                trust="named",
            )
        else:
            made = _single(tensor, description, biases, taken)
            made = replace(made, settings={**made.settings, **_groups(tensor, facts, keras=False)})
        yield made
        last = made.parts.get("pointwise", name)
        behind = norms.behind(last, tensors[last].shape, tensors)
        if behind and made.kind in ("conv", "separable"):
            yield Operation(
                kind="batch_norm",
                label=next(iter(behind.values())).rpartition(".")[0] or behind["mean"],
                parts=behind,
                settings={"epsilon": _epsilon(behind["mean"], description)},
                trust="named",
            )


def _epsilon(mean: str, description: Description) -> float:
    """Return the default of the package that calls a mean so; such a file does not say its own."""
    keras = description.format == "Keras" or mean.removesuffix(":0").endswith("moving_mean")
    return KERAS_EPSILON if keras else ANY_EPSILON


class _Facts:
    """What exports of Convfold say about a layer in addition to its shapes: as metadata, or as single numbers."""

    def __init__(self, description: Description) -> None:
        self._facts = description.facts
        self._tensors = description.tensors

    def of(self, weight: str, fact: str, otherwise: int) -> int:
        """Return a fact about the layer of a weight, such as `layer1.channels` of `layer1.weight`."""
        name = f"{re.split(r'_kernels|[.]', weight)[0]}.{fact}"
        stated = self._facts.get(name, "")
        if stated.isdecimal() and len(stated) < _DIGITS:
            return int(stated)
        tensor = self._tensors.get(name)
        if tensor and tensor.shape == () and "int" in tensor.dtype:
            return int(tensor.load())
        return otherwise


def _groups(tensor: Tensor, facts: _Facts, *, keras: bool) -> dict[str, int]:
    channels = 0 if keras else facts.of(tensor.name, "channels", 0)
    return {"groups": channels // tensor.shape[1]} if channels else {}


def _single(tensor: Tensor, description: Description, biases: Biases, taken: set[str]) -> Operation:
    name = tensor.name
    if _TRANSPOSED.search(name):
        return Operation(kind="transposed", label=name, parts={"weight": name}, trust="named")
    by_keras = description.format in ("Keras", "HDF5") and _DEPTHWISE.search(name)
    lengths: tuple[int, ...] = (tensor.shape[0], tensor.shape[-1])
    if by_keras:
        lengths = (tensor.shape[2] * tensor.shape[3],)
    bias = biases.of(name, lengths, taken)
    parts = {"weight": name}
    if bias:
        parts["bias"] = bias[0]
        taken.add(bias[0])
    return Operation(
        kind="depthwise" if by_keras else "conv",
        label=name,
        parts=parts,
        settings={"order": "HWIM"} if by_keras else {},
        trust=bias[1] if bias else "named",
    )
