"""Follows constants through operations that only arrange or combine them, to find the weights behind them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from app.untrusted.weights.by_graph.graph import renamed
from app.untrusted.weights.description import Operation, Tensor
from app.untrusted.weights.limits import Limits

_PASSING = ("Identity", "Dropout")  # as they are, when a network is used
_MOST_STEPS = 64  # behind one constant
_MOST_AXES = 8
_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Sqrt": np.sqrt,
    "Neg": np.negative, "Reciprocal": np.reciprocal,
}  # fmt: skip
_CASTS = {1: "float32", 10: "float16", 11: "float64", 6: "int32", 7: "int64", 16: "bfloat16"}

Array = NDArray[Any]
Rule = tuple[tuple[int, ...], str, Callable[[], Array]]


def fold_constants(
    operations: Sequence[Operation], tensors: dict[str, Tensor], limits: Limits
) -> tuple[tuple[Operation, ...], dict[str, Tensor]]:
    """Return the operations that are left, and the tensors with those that were made of constants.

    What only passes on what it reads is left out, and its readers read that.
    """
    found, names, steps = dict(tensors), dict[str, str](), dict[str, int]()
    left: list[Operation] = []
    for each in operations:
        each = replace(
            each,
            reads=renamed(each, names),
            parts={role: names.get(name, name) for role, name in each.parts.items()},
        )
        word = each.settings.get("type")
        if word in _PASSING and each.reads and each.makes:
            names[each.makes[0]] = each.reads[0]
            continue
        made = _made(each, found, limits) if each.kind == "other" and each.makes else None
        count = 1 + sum(steps.get(name, 0) for name in each.reads)
        if made is None or count > _MOST_STEPS:
            left.append(each)
            continue
        shape, dtype, load = made
        steps[each.makes[0]] = count
        found[each.makes[0]] = Tensor(name=each.makes[0], shape=shape, dtype=dtype, load=load)
    return tuple(left), found


def small_values(name: str, tensors: dict[str, Tensor], most: int = _MOST_AXES) -> list[Any] | None:
    """Return the numbers of a constant that has only a few; None for any other."""
    tensor = tensors.get(name)
    if tensor is None or math.prod(tensor.shape) > most:
        return None
    return list(np.ravel(tensor.load()).tolist())


def _made(each: Operation, tensors: dict[str, Tensor], limits: Limits) -> Rule | None:
    """Return shape, type and values of what an operation makes of constants; None if it does not."""
    sources = [tensors.get(name) for name in each.reads if name]
    inputs = [source for source in sources if source is not None]
    word = str(each.settings.get("type"))
    if not inputs or len(inputs) != len(sources):
        return None
    first = inputs[0]
    if any(not _is_numeric(one.dtype) for one in inputs) or len(first.shape) > _MOST_AXES:
        return None
    if word == "Cast" and each.settings.get("to") in _CASTS:
        dtype = _CASTS[each.settings["to"]]
        return first.shape, dtype, lambda: first.load().astype(_stored(dtype))
    if word in _ARITHMETIC:
        return _combined(word, inputs, limits)
    arranged = _arranged(word, each, inputs, tensors)
    if arranged is None:
        return None
    shape, function = arranged
    return shape, first.dtype, lambda: function(first.load())


def _combined(word: str, inputs: list[Tensor], limits: Limits) -> Rule | None:
    try:
        shape = np.broadcast_shapes(*(one.shape for one in inputs))
    except ValueError:
        return None
    if math.prod(shape) * 8 > limits.max_bytes or len({one.dtype for one in inputs}) > 1:
        return None

    def load() -> Array:
        with np.errstate(all="ignore"):
            values: Array = np.asarray(_ARITHMETIC[word](*(one.load() for one in inputs)))
        return values.astype(_stored(inputs[0].dtype), copy=False)

    return shape, inputs[0].dtype, load


def _arranged(
    word: str, each: Operation, inputs: list[Tensor], tensors: dict[str, Tensor]
) -> tuple[tuple[int, ...], Callable[[Array], Array]] | None:
    shape = inputs[0].shape
    if word == "Transpose":
        order = each.settings.get("perm", list(range(len(shape)))[::-1])
        if sorted(order) != list(range(len(shape))):
            return None
        return tuple(shape[axis] for axis in order), lambda values: values.transpose(order)
    new = None
    if word == "Reshape" and len(inputs) == 2:
        new = _reshaped(shape, small_values(each.reads[1], tensors), each.settings.get("allowzero"))
    elif word == "Flatten":
        axis = each.settings.get("axis", 1)
        new = (math.prod(shape[:axis]), math.prod(shape[axis:]))
    elif word in ("Squeeze", "Unsqueeze"):
        axes = (
            small_values(each.reads[1], tensors) if len(inputs) == 2 else each.settings.get("axes")
        )
        new = _squeezed(word, shape, axes)
    if new is None or math.prod(new) != math.prod(shape):
        return None
    return new, lambda values: values.reshape(new)


def _reshaped(
    shape: tuple[int, ...], wanted: list[int] | None, allow_zero: object
) -> tuple[int, ...] | None:
    if wanted is None or sum(size == -1 for size in wanted) > 1 or min(wanted, default=0) < -1:
        return None
    sizes = [shape[place] if size == 0 and not allow_zero and place < len(shape) else size
             for place, size in enumerate(wanted)]  # fmt: skip
    known = math.prod(size for size in sizes if size != -1)
    return tuple(math.prod(shape) // max(known, 1) if size == -1 else size for size in sizes)


def _squeezed(word: str, shape: tuple[int, ...], axes: list[int] | None) -> tuple[int, ...] | None:
    if axes is None:
        return tuple(size for size in shape if size != 1) if word == "Squeeze" else None
    total = len(shape) + (len(axes) if word == "Unsqueeze" else 0)
    if total > _MOST_AXES or any(not -total <= axis < total for axis in axes):
        return None
    places = {axis % total for axis in axes} if total else set()
    if word == "Squeeze":
        return tuple(size for place, size in enumerate(shape) if place not in places)
    if len(places) != len(axes):
        return None
    rest = iter(shape)
    return tuple(1 if place in places else next(rest) for place in range(total))


def _is_numeric(dtype: str) -> bool:
    return dtype.startswith(("float", "int", "uint", "bfloat16"))


def _stored(dtype: str) -> np.dtype[Any]:
    return np.dtype(getattr(ml_dtypes, dtype, None) or dtype)
