"""One node of an ONNX graph as an operation, with the settings that it states or leaves at their defaults."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import helper

from app.untrusted.weights.description import Operation, Tensor

# Others have operators of the same names, with other layouts of the weights.
_STANDARD = ("", "ai.onnx")
_MOST_NUMBERS = 64  # of one setting
_ACTIVATIONS = {
    "Relu": "relu", "LeakyRelu": "leaky_relu", "Elu": "elu", "Selu": "selu", "Sigmoid": "sigmoid",
    "Tanh": "tanh", "Softplus": "softplus", "Softsign": "softsign", "Gelu": "gelu", "PRelu": "prelu",
    "HardSwish": "hard_swish", "HardSigmoid": "hard_sigmoid", "Mish": "mish", "Celu": "celu",
    "Softmax": "softmax", "ThresholdedRelu": "thresholded_relu", "Swish": "silu",
}  # fmt: skip
_SLOPES = {"LeakyRelu": 0.01, "Elu": 1.0, "Celu": 1.0}
_POOLS = {"MaxPool": "max", "AveragePool": "average", "GlobalMaxPool": "global_max",
          "GlobalAveragePool": "global_average", "LpPool": "lp"}  # fmt: skip
_PAD_MODES = {"constant": "zeros", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}

Settings = dict[str, Any]


def operation(node: onnx.NodeProto, tensors: Mapping[str, Tensor]) -> Operation:
    """Return a node as an operation; one that is not known, or of another domain, is `other`."""
    word, given = node.op_type, _attributes(node)
    label = node.name or word
    inputs, makes = tuple(node.input), tuple(name for name in node.output if name)
    reads = inputs[:1]
    if node.domain not in _STANDARD:
        return _other(node, given, label)
    if word in ("Conv", "ConvTranspose"):
        kind, order = ("conv", "OIHW") if word == "Conv" else ("transposed", "IOHW")
        return Operation(
            kind=kind,  # type: ignore[arg-type]
            label=label,
            parts=_parts(inputs[1:], ("weight", "bias")),
            reads=reads,
            makes=makes,
            settings=_placement(given) | {"order": order},
        )
    if word == "BatchNormalization" and not given.get("training_mode"):
        return Operation(
            kind="batch_norm",
            label=node.name or next(iter(makes), word),  # its type alone says nothing
            parts=_parts(inputs[1:], ("gamma", "beta", "mean", "variance")),
            reads=reads,
            makes=makes[:1],
            settings={"epsilon": float(given.get("epsilon", 1e-5))},
        )
    if word in _ACTIVATIONS:
        settings: Settings = {"function": _ACTIVATIONS[word]}
        if word in _SLOPES:
            settings["slope"] = float(given.get("alpha", _SLOPES[word]))
        if word == "Gelu":
            settings["approximate"] = given.get("approximate", "none") == "tanh"
        return Operation(
            kind="activation", label=label, reads=reads, makes=makes, settings=settings
        )
    if word == "Clip":
        settings = {"function": _clip(given, inputs, tensors)}
        return Operation(
            kind="activation", label=label, reads=reads, makes=makes, settings=settings
        )
    if word in _POOLS:
        settings = _pool(word, given)
        return Operation(kind="pool", label=label, reads=reads, makes=makes[:1], settings=settings)
    if word == "Pad" and (padding := _padding(given, inputs, tensors)):
        return Operation(kind="padding", label=label, reads=reads, makes=makes, settings=padding)
    return _other(node, given, label)


def _other(node: onnx.NodeProto, given: Settings, label: str) -> Operation:
    word = node.op_type if node.domain in _STANDARD else f"{node.domain}.{node.op_type}"
    makes = tuple(name for name in node.output if name)
    return Operation(
        kind="other",
        label=label,
        reads=tuple(node.input),
        makes=makes,
        settings={**given, "type": word},
    )


def _parts(names: tuple[str, ...], roles: tuple[str, ...]) -> dict[str, str]:
    return {role: name for role, name in zip(roles, names, strict=False) if name}


def _placement(given: Settings) -> Settings:
    return {
        "groups": given.get("group", 1),
        "strides": _numbers(given, "strides", (1, 1)),
        "dilations": _numbers(given, "dilations", (1, 1)),
        "pads": _numbers(given, "pads", (0, 0, 0, 0)),
        "auto_pad": given.get("auto_pad", "NOTSET"),
    }


def _pool(word: str, given: Settings) -> Settings:
    return _placement(given) | {
        "function": "max"
        if word == "MaxPool" and given.get("storage_order", 0) == 0
        else _POOLS[word],
        "kernel": _numbers(given, "kernel_shape", (1, 1)),
        "ceil_mode": bool(given.get("ceil_mode", 0)),
    }


def _numbers(given: Settings, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    value = given.get(name)
    return tuple(value) if isinstance(value, list) and value else default


def _clip(given: Settings, inputs: tuple[str, ...], tensors: Mapping[str, Tensor]) -> str:
    least, most = given.get("min"), given.get("max")
    if len(inputs) > 1:
        least = _one(inputs[1], tensors)
    if len(inputs) > 2:
        most = _one(inputs[2], tensors)
    if least == 0 and most == 6:
        return "relu6"
    return "relu" if least == 0 and most is None and len(inputs) < 3 else "clip"


def _padding(
    given: Settings, inputs: tuple[str, ...], tensors: Mapping[str, Tensor]
) -> Settings | None:
    """Return the padding of the height and width of maps; None for any other."""
    values, value = given.get("pads"), given.get("value", 0.0)
    if len(inputs) > 1:
        found = _small(inputs[1], tensors)
        values = None if found is None else [int(each) for each in found]
    if len(inputs) > 2 and inputs[2]:
        value = _one(inputs[2], tensors)
    mode = _PAD_MODES.get(str(given.get("mode", "constant")))
    if values is None or len(values) != 8 or any((*values[:2], *values[4:6])) or mode is None:
        return None
    if (mode == "zeros" and value != 0) or min(values) < 0 or (len(inputs) > 3 and inputs[3]):
        return None
    return {"pads": (*values[2:4], *values[6:8]), "padding_mode": mode}


def _small(name: str, tensors: Mapping[str, Tensor]) -> list[float] | None:
    tensor = tensors.get(name)
    if tensor is None or np.prod(tensor.shape, dtype=np.float64) > _MOST_NUMBERS:
        return None
    values: list[float] = np.ravel(tensor.load()).tolist()
    return values


def _one(name: str, tensors: Mapping[str, Tensor]) -> float | None:
    values = _small(name, tensors)
    return values[0] if values and len(values) == 1 else None


def _attributes(node: onnx.NodeProto) -> Settings:
    """Return the settings of a node that are numbers or words, and not many."""
    found: Settings = {}
    for each in node.attribute:
        if each.type in (onnx.AttributeProto.INT, onnx.AttributeProto.FLOAT):
            found[each.name] = helper.get_attribute_value(each)
        elif each.type == onnx.AttributeProto.STRING:
            found[each.name] = each.s[:256].decode("utf-8", "replace")
        elif len(each.ints) + len(each.floats) in range(1, _MOST_NUMBERS + 1):
            found[each.name] = list(each.ints or each.floats)
    return found
