"""The values of a layer: read, checked, ordered and composed as a layer of the stack stores them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.messages import sentence
from app.shown_text import shown_text
from app.untrusted.weights.by_name.numbers import is_numeric, summary
from app.untrusted.weights.description import Tensor
from app.untrusted.weights.errors import BadValues, BrokenWeights, NoPair, UnsupportedWeights
from app.untrusted.weights.layers.fold_batch_norm import scale_and_shift
from app.untrusted.weights.layers.layer import FoundLayer

Float = NDArray[np.float32]
Tensors = Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
class LayerValues:
    """The arrays of a layer, as `FilterBank` has them; `bias` is None where there is none."""

    weight: Float  # (K, C // groups, kh, kw)
    pointwise: Float | None  # (outputs, inputs)
    bias: Float | None  # (F,)

    def products(self, layer: FoundLayer) -> NDArray[Any]:
        """Return what a layer multiplies its inputs by, (F, ...), to bound its maps; factors are joined."""
        if self.pointwise is None:
            return self.weight
        kernels = np.abs(self.weight).sum((2, 3), dtype=np.float64)  # (K, m)
        if layer.kind == "separable":
            separable: NDArray[Any] = np.abs(self.pointwise) * kernels[:, 0]
            return separable
        outputs = np.abs(self.pointwise).sum(1, dtype=np.float64).reshape(kernels.shape)
        joined: NDArray[Any] = kernels * outputs
        return joined


def read_values(layer: FoundLayer, tensors: Tensors, *, folds: bool) -> LayerValues:
    """Read the arrays of a layer, with its BatchNorm folded into them if `folds`.

    Raises:
        BadValues, BrokenWeights, NoPair, UnsupportedWeights: the message says what was found.
    """
    stored = finite(tensors[layer.name])
    if "M" in layer.order:  # filters of an input channel follow one another: C outer, M inner
        kernels = stored.transpose([layer.order.index(axis) for axis in "IMHW"])
        weight = kernels.reshape(-1, 1, *kernels.shape[2:])
    else:
        weight = stored.transpose([layer.order.index(axis) for axis in "OIHW"])
    pointwise = None
    if layer.pointwise:
        factor = finite(tensors[layer.pointwise])
        order = layer.pointwise_order
        pointwise = factor.transpose([order.index(axis) for axis in "OIHW"])[:, :, 0, 0]
    values = LayerValues(np.ascontiguousarray(weight), pointwise, _bias(layer, tensors))
    return _folded(values, layer, tensors) if folds and layer.batch_norm else values


def finite(tensor: Tensor) -> Float:
    """Load the values of a tensor as float32.

    Raises:
        BadValues: some are not finite, or are too large for float32.
        BrokenWeights: the file does not hold what its header says.
        UnsupportedWeights: they are no numbers.
    """
    if not is_numeric(tensor):
        raise UnsupportedWeights(
            sentence(
                "{tensor} holds values of a type that is not read; float32 would work.",
                tensor=summary(tensor),
            )
        )
    stored = tensor.load()
    if stored.shape != tensor.shape:
        raise BrokenWeights(
            sentence(
                "{tensor} holds another number of values than it states.", tensor=summary(tensor)
            )
        )
    with np.errstate(over="ignore", invalid="ignore"):
        values = np.ascontiguousarray(stored, np.float32)
    _check_finite(values, summary(tensor))
    return values


def _check_finite(values: Float, name: str) -> None:
    bad = values.size - np.count_nonzero(np.isfinite(values))
    if bad:
        raise BadValues(
            sentence(
                "{tensor} has {bad:,} values that are not a number, infinite or too large for "
                "float32; finite ones would work.",
                tensor=name,
                bad=bad,
            )
        )


def _bias(layer: FoundLayer, tensors: Tensors) -> Float | None:
    if layer.bias is None:
        return None
    bias = tensors[layer.bias]
    if bias.shape != (layer.filters,):
        raise NoPair(
            sentence(
                "{found} has the bias {bias}; another order of the axes would work, or a bias of "
                "{filters} values.",
                found=layer.description(),
                bias=summary(bias),
                filters=layer.filters,
            )
        )
    return finite(bias)


def _folded(values: LayerValues, layer: FoundLayer, tensors: Tensors) -> LayerValues:
    norm = layer.batch_norm
    assert norm is not None
    parts = {role: finite(tensors[name]).astype(np.float64) for role, name in norm.parts.items()}
    if any(part.shape != (layer.filters,) for part in parts.values()):
        raise NoPair(
            sentence(
                "The BatchNorm {name} does not have as many values as {layer} has filters; without it the "
                "convolution would work.",
                name=shown_text(norm.label, most=60),
                layer=layer.description(),
            )
        )
    scale, shift = scale_and_shift(parts, norm.epsilon)
    bias = 0 if values.bias is None else values.bias.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = (bias * scale + shift).astype(np.float32)
        if layer.kind == "separable":
            assert values.pointwise is not None
            scaled = (values.pointwise * scale[:, None]).astype(np.float32)
            made = replace(values, pointwise=scaled, bias=shifted)
        else:
            weight = (values.weight * scale[:, None, None, None]).astype(np.float32)
            made = replace(values, weight=weight, bias=shifted)
    for each in (made.weight, made.pointwise, made.bias):
        if each is not None:
            _check_finite(each, f"BatchNorm {shown_text(norm.label, most=60)}")
    return made
