"""Weights that a file stores in parts: weight norm, spectral norm and masks of PyTorch, composed exactly.

The formulas are those of `torch.nn.utils.weight_norm`, `spectral_norm` in evaluation, and `prune`.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.messages import sentence
from app.shown_text import shown_text
from app.untrusted.weights.description import Tensor
from app.untrusted.weights.errors import UnsupportedWeights

Array = NDArray[np.float64]
Tensors = Mapping[str, Tensor]

_PARAMETRIZED = re.compile(
    r"(?P<layer>.*?)parametrizations\.(?P<name>[^.]+)\.(?P<part>.+)", re.DOTALL
)
_MASKED_OR_NORMED = re.compile(r"(?P<whole>.+)_(?P<part>orig|v)", re.DOTALL)


def composed(tensors: Tensors) -> dict[str, Tensor]:
    """Return the tensors with the weights that are stored in parts composed, under their own names.

    The values are computed when they are loaded.

    Raises:
        UnsupportedWeights: filters are stored in parts that are not known; the message names them.
    """
    made: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        whole = _whole_name(name, tensor, tensors)
        if whole is None:
            if not _belongs_to_parts(name, tensors):
                made.setdefault(name, tensor)
            continue
        made[whole] = Tensor(
            name=whole,
            shape=tensor.shape,
            dtype="float32",
            load=_formula(name, tensor, tensors),
        )
    return made


def _whole_name(name: str, tensor: Tensor, tensors: Tensors) -> str | None:
    """Return the name of the weight of which this tensor is the main part; None for other tensors."""
    if len(tensor.shape) != 4:
        return None
    found = _PARAMETRIZED.fullmatch(name)
    if found:
        gains = f"{name[: -len(found['part'])]}original0"
        is_gain = found["part"] == "original0" and len(tensors) > 1
        return None if is_gain and gains in tensors else f"{found['layer']}{found['name']}"
    found = _MASKED_OR_NORMED.fullmatch(name)
    if found and (found["part"] == "orig" or f"{found['whole']}_g" in tensors):
        return found["whole"]
    return None


def _belongs_to_parts(name: str, tensors: Tensors) -> bool:
    """Return whether a tensor is a gain or a mask of another one, so that it cannot be filters itself."""
    if _PARAMETRIZED.fullmatch(name):
        return True
    whole, _, part = name.rpartition("_")
    return (part == "g" and f"{whole}_v" in tensors) or (
        part in ("mask", "u", "v") and f"{whole}_orig" in tensors
    )


def _formula(name: str, tensor: Tensor, tensors: Tensors) -> Callable[[], NDArray[np.float32]]:
    found = _PARAMETRIZED.fullmatch(name)
    if found:
        stem = name[: -len(found["part"])]
        names = {other[len(stem) :] for other in tensors if other.startswith(stem)}
        if names == {"original0", "original1"} and found["part"] == "original1":
            return _weight_norm(tensor, tensors[f"{stem}original0"])
        if names == {"original", "0._u", "0._v"}:
            return _spectral(tensor, tensors[f"{stem}0._u"], tensors[f"{stem}0._v"])
        raise _unknown(name)
    whole, _, part = name.rpartition("_")
    if part == "v":
        return _weight_norm(tensor, tensors[f"{whole}_g"])
    mask, u, v = (tensors.get(f"{whole}_{other}") for other in ("mask", "u", "v"))
    if mask and not u and mask.shape == tensor.shape:
        return partial(_product, tensor, mask)
    if u and v and not mask:
        return _spectral(tensor, u, v)
    raise _unknown(name)


def _weight_norm(direction: Tensor, gain: Tensor) -> Callable[[], NDArray[np.float32]]:
    kept = [
        axis
        for axis, size in enumerate(gain.shape)
        if size != 1 and len(gain.shape) == len(direction.shape)
    ]
    fits = all(gain.shape[axis] == direction.shape[axis] for axis in kept)
    if len(gain.shape) not in (0, 4) or len(kept) > 1 or not fits:
        raise _unknown(direction.name)
    # A layer with one filter has gains of shape (1, 1, 1, 1), whose norm is over everything, which is the same.
    return partial(_normed, direction, gain, tuple(axis for axis in range(4) if axis not in kept))


def _normed(direction: Tensor, gain: Tensor, axes: tuple[int, ...]) -> NDArray[np.float32]:
    v, g = _values(direction), _values(gain)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _float32(g * v / np.sqrt(np.sum(v * v, axis=axes, keepdims=True)))


def _spectral(weight: Tensor, u: Tensor, v: Tensor) -> Callable[[], NDArray[np.float32]]:
    count = int(np.prod(weight.shape))
    if len(u.shape) != 1 or len(v.shape) != 1 or u.shape[0] * v.shape[0] != count:
        raise _unknown(weight.name)
    if u.shape[0] == weight.shape[0]:
        axes = (0, 1, 2, 3)
    elif u.shape[0] == weight.shape[1]:  # as PyTorch does for a transposed convolution
        axes = (1, 0, 2, 3)
    else:
        raise _unknown(weight.name)
    return partial(_divided, weight, u, v, axes)


def _divided(weight: Tensor, u: Tensor, v: Tensor, axes: tuple[int, ...]) -> NDArray[np.float32]:
    values, left, right = _values(weight), _values(u), _values(v)
    matrix = values.transpose(axes).reshape(left.size, right.size)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _float32(values / (left @ matrix @ right))


def _product(weight: Tensor, mask: Tensor) -> NDArray[np.float32]:
    return _float32(_values(weight) * _values(mask))


def _values(tensor: Tensor) -> Array:
    return tensor.load().astype(np.float64)


def _float32(values: Array) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def _unknown(name: str) -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "{name} is one part of a weight that is computed from several, in a way that is not known here. "
            "Weight norm, spectral norm and pruning masks of PyTorch are known; the weights as the layer "
            "applies them would work.",
            name=shown_text(name, most=80),
        )
    )
