"""Finds the two factors of a separable layer by their names, and which of them is applied first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.untrusted.weights.description import Tensor

Tensors = Mapping[str, Tensor]

# The layer's own name, then what tells the factors apart: exports of Convfold, Keras, and common PyTorch modules.
_KERNELS = (
    re.compile(r"(?P<layer>.*)_kernels\.weight", re.DOTALL),
    re.compile(r"(?P<layer>.*)[/.]depthwise_kernel(?::0)?", re.DOTALL),
    re.compile(r"(?P<layer>.*[._/]|)(depthwise|dw_conv|depthwise_conv)\.weight", re.DOTALL),
)
_POINTWISE = (
    "{layer}_pointwise.weight",
    "{layer}/pointwise_kernel",
    "{layer}/pointwise_kernel:0",
    "{layer}.pointwise_kernel",
    "{layer}pointwise.weight",
    "{layer}pw_conv.weight",
    "{layer}pointwise_conv.weight",
)


@dataclass(frozen=True, kw_only=True)
class Factors:
    """The names of both factors, and of the bias behind the second; `kernels_first` says which comes first."""

    kernels: str
    pointwise: str
    bias: str | None
    kernels_first: bool


def factors(tensors: Tensors) -> Iterator[Factors]:
    """Yield the separable layers of a file. Factors with a bias between them are two layers, so they are not."""
    for name in tensors:
        for pattern in _KERNELS:
            found = pattern.fullmatch(name)
            names = [each.format(layer=found["layer"]) for each in _POINTWISE] if found else []
            pointwise = next((each for each in names if each in tensors), None)
            made = pointwise and _joined(name, pointwise, tensors)
            if made:
                yield made
                break


def shown_twice(tensors: Tensors) -> set[str]:
    """Return the kernels of factors that the file also has multiplied out, as our trace.npz does."""
    return {
        name
        for name in tensors
        if name.endswith("/kernels")
        and {f"{name[:-7]}weight", f"{name[:-7]}pointwise"} <= set(tensors)
    }


def _joined(kernels: str, pointwise: str, tensors: Tensors) -> Factors | None:
    biases = {
        name: bias
        for name in (kernels, pointwise)
        if name.endswith(".weight") and (bias := f"{name[: -len('weight')]}bias") in tensors
    }
    orders = list(
        _orders(
            tensors[kernels].shape, tensors[pointwise].shape, keras="depthwise_kernel" in kernels
        )
    )
    if len(biases) == 2 or not orders:
        return None
    if biases:
        (last,) = biases
        kernels_first = last == pointwise
        if kernels_first not in orders:
            return None
        return Factors(
            kernels=kernels, pointwise=pointwise, bias=biases[last], kernels_first=kernels_first
        )
    names = list(tensors)
    in_order = names.index(kernels) < names.index(pointwise)
    keras_bias = _keras_bias(kernels, tensors) if "depthwise_kernel" in kernels else None
    return Factors(
        kernels=kernels,
        pointwise=pointwise,
        bias=keras_bias,
        kernels_first=in_order if len(orders) == 2 else orders[0],
    )


def _orders(kernels: Sequence[int], pointwise: Sequence[int], *, keras: bool) -> Iterator[bool]:
    """Yield whether the kernels can come first, for each order in which the shapes fit."""
    if len(kernels) != 4 or len(pointwise) != 4:
        return
    if keras:  # (h, w, C, m) and (1, 1, C m, F)
        if pointwise[:2] == (1, 1) and kernels[2] * kernels[3] == pointwise[2]:
            yield True
        return
    if tuple(pointwise[2:]) != (1, 1):
        return
    if kernels[1] == 1 and kernels[0] == pointwise[1]:
        yield True
    if kernels[0] * kernels[1] == pointwise[0]:
        yield False


def _keras_bias(kernels: str, tensors: Tensors) -> str | None:
    stem = re.split(r"depthwise_kernel", kernels)[0]
    return next((name for name in (f"{stem}bias", f"{stem}bias:0") if name in tensors), None)
