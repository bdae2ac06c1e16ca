"""One layer of a Keras configuration as operations: what its class and its settings say."""

from collections.abc import Callable, Mapping
from typing import Any

from app.untrusted.weights.description import Operation

Config = Mapping[str, Any]
Parts = Mapping[str, str]

PASSING = {  # they leave the maps as they are, when a network is used
    "InputLayer", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization",
}  # fmt: skip
OLD = {"Convolution2D": "Conv2D", "SeparableConvolution2D": "SeparableConv2D",
       "Deconvolution2D": "Conv2DTranspose", "Convolution2DTranspose": "Conv2DTranspose"}  # fmt: skip
ROLES: dict[
    str, tuple[str, ...]
] = {  # the weights of each class, in the order in which Keras saves them
    "Conv2D": ("weight", "bias"),
    "Conv2DTranspose": ("weight", "bias"),
    "DepthwiseConv2D": ("weight", "bias"),
    "SeparableConv2D": ("depthwise", "pointwise", "bias"),
    "BatchNormalization": ("gamma", "beta", "mean", "variance"),
    "Normalization": ("mean", "variance"),
}
_KINDS = {"Conv2D": "conv", "Conv2DTranspose": "transposed", "DepthwiseConv2D": "depthwise",
          "SeparableConv2D": "separable"}  # fmt: skip
_ORDERS = {"conv": "HWIO", "transposed": "HWOI", "depthwise": "HWIM", "separable": "HWIM"}
_POOLS = {"MaxPooling2D": "max", "AveragePooling2D": "average", "GlobalMaxPooling2D": "global_max",
          "GlobalAveragePooling2D": "global_average"}  # fmt: skip
_EPSILON = 1e-3  # Keras' own, where a configuration leaves it out


def operations(word: str, config: Config, name: str, parts: Parts) -> list[Operation]:
    """Return what a layer of class `word` does, step by step, without what it reads and makes."""
    if word in PASSING:
        return []
    if word in _KINDS:
        return _convolution(word, config, name, parts)
    make = _MAKERS.get(word)
    if word in _POOLS:
        return [Operation(kind="pool", label=name, settings=_pool(word, config))]
    return [make(config, name, parts) if make else _other(word, name, parts)]


def roles(word: str, config: Config) -> tuple[str, ...]:
    """Return the roles of a layer's weights in the order in which Keras saves them."""
    left_out = set()
    if config.get("use_bias", config.get("bias", True)) is False:
        left_out.add("bias")
    if word == "BatchNormalization":
        left_out |= {role for role, key in (("gamma", "scale"), ("beta", "center"))
                     if config.get(key) is False}  # fmt: skip
    return tuple(role for role in ROLES.get(word, ()) if role not in left_out)


def _convolution(word: str, config: Config, name: str, parts: Parts) -> list[Operation]:
    kind = _KINDS[word]
    settings = {
        "order": _ORDERS[kind],
        "strides": _two(config.get("strides", config.get("subsample")), 1),
        "dilations": _two(config.get("dilation_rate"), 1),
        "groups": _whole(config.get("groups"), 1),
        "auto_pad": _auto_pad(config),
    }
    if kind == "conv" and config.get("dim_ordering") == "th":
        settings["order"] = "OIHW"
    if kind in ("depthwise", "separable"):
        settings["multiplier"] = _whole(config.get("depth_multiplier"), 1)
    if kind == "separable":
        settings["pointwise_order"] = "HWIO"
    first = Operation(kind=kind, label=name, parts=parts, settings=settings)  # type: ignore[arg-type]
    return [first, *_activations(config.get("activation"), name)]


def _activations(value: object, name: str) -> list[Operation]:
    if isinstance(value, Mapping):  # a function, or a layer, with its own settings
        inner = value.get("config")
        if isinstance(inner, Mapping) and value.get("class_name") in _MAKERS:
            return [_MAKERS[value["class_name"]](inner, name, {})]
        value = inner if isinstance(inner, str) else value.get("class_name")
    if value in (None, "linear"):
        return []
    word = {"swish": "silu"}.get(str(value), str(value))
    return [Operation(kind="activation", label=name, settings={"function": word})]


def _activation_layer(config: Config, name: str, parts: Parts) -> Operation:
    found = _activations(config.get("activation"), name)
    return found[0] if found else Operation(
        kind="activation", label=name, settings={"function": "linear"}
    )  # fmt: skip


def _relu(config: Config, name: str, parts: Parts) -> Operation:
    slope, most = config.get("negative_slope") or 0, config.get("max_value")
    settings: dict[str, Any] = {"function": "relu"}
    if config.get("threshold") or (most and slope):
        settings = {"function": "relu with its own settings"}
    elif most:
        settings = {"function": "relu6" if most == 6 else "relu with a largest value"}
    elif slope:
        settings = {"function": "leaky_relu", "slope": slope}
    return Operation(kind="activation", label=name, settings=settings)


def _leaky(config: Config, name: str, parts: Parts) -> Operation:
    slope = config.get("negative_slope", config.get("alpha", 0.3))
    settings = {"function": "leaky_relu", "slope": _number(slope, 0.3)}
    return Operation(kind="activation", label=name, settings=settings)


def _elu(config: Config, name: str, parts: Parts) -> Operation:
    settings = {"function": "elu", "slope": _number(config.get("alpha"), 1.0)}
    return Operation(kind="activation", label=name, settings=settings)


def _named_activation(function: str) -> Callable[[Config, str, Parts], Operation]:
    return lambda config, name, parts: Operation(
        kind="activation", label=name, settings={"function": function}
    )


def _pool(word: str, config: Config) -> dict[str, Any]:
    kernel = _two(config.get("pool_size"), 2)
    return {
        "function": _POOLS[word],
        "kernel": kernel,
        "strides": _two(config.get("strides"), 0) if config.get("strides") else kernel,
        "auto_pad": _auto_pad(config),
    }


def _batch_norm(config: Config, name: str, parts: Parts) -> Operation:
    settings = {"epsilon": _number(config.get("epsilon"), _EPSILON)}
    return Operation(kind="batch_norm", label=name, parts=parts, settings=settings)


def _zero_padding(config: Config, name: str, parts: Parts) -> Operation:
    value = config.get("padding", 1)
    match value:
        case [[top, bottom], [left, right]]:
            pads = (top, left, bottom, right)
        case [height, width]:
            pads = (height, width, height, width)
        case _:
            pads = (value,) * 4
    if not all(type(each) is int for each in pads):
        return _other("ZeroPadding2D", name, parts)
    return Operation(kind="padding", label=name, settings={"pads": pads, "padding_mode": "zeros"})


def _rescaling(config: Config, name: str, parts: Parts) -> Operation:
    scale, offset = _figures(config.get("scale", 1)), _figures(config.get("offset", 0))
    if scale is None or offset is None:
        return _other("Rescaling", name, parts)
    return Operation(kind="input_scale", label=name, settings={"scale": scale, "offset": offset})


def _other(word: str, name: str, parts: Parts) -> Operation:
    return Operation(kind="other", label=name, parts=parts, settings={"type": word})


def _auto_pad(config: Config) -> str:
    word = config.get("padding", config.get("border_mode", "valid"))
    return {"same": "SAME_UPPER", "valid": "VALID"}.get(str(word), str(word))


def _two(value: object, default: int) -> tuple[int, int]:
    match value:
        case [int() as height, int() as width]:
            return height, width
        case int():
            return value, value
    return default, default


def _whole(value: object, default: int) -> int:
    return value if type(value) is int and value > 0 else default


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _figures(value: object) -> tuple[float, ...] | None:
    if isinstance(value, Mapping):  # an array, as Keras writes one
        value = value.get("config", {}).get("value")
    values = value if isinstance(value, list) else [value]
    while len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    good = 0 < len(values) <= 3 and all(isinstance(each, int | float) for each in values)
    return tuple(map(float, values)) if good else None


_MAKERS: dict[str, Callable[[Config, str, Parts], Operation]] = {
    "Activation": _activation_layer,
    "ReLU": _relu,
    "LeakyReLU": _leaky,
    "ELU": _elu,
    "BatchNormalization": _batch_norm,
    "ZeroPadding2D": _zero_padding,
    "Rescaling": _rescaling,
    "Normalization": lambda config, name, parts: Operation(
        kind="input_scale", label=name, parts=parts, settings={}
    ),
    **{word: _named_activation(word.lower()) for word in ("PReLU", "Softmax", "GELU", "SELU")},
}
