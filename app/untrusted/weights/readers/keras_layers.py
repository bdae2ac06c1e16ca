"""One layer of a Keras configuration as operations: what its class and its settings say."""

from collections.abc import Callable, Mapping
from typing import Any

from app.untrusted.weights.description import Operation
from app.untrusted.weights.readers.keras_activations import LAYERS as ACTIVATIONS
from app.untrusted.weights.readers.keras_activations import Config, Parts, activations, number

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
    return [first, *activations(config.get("activation"), name)]


def _pool(word: str, config: Config) -> dict[str, Any]:
    kernel = _two(config.get("pool_size"), 2)
    return {
        "function": _POOLS[word],
        "kernel": kernel,
        "strides": _two(config.get("strides"), 0) if config.get("strides") else kernel,
        "auto_pad": _auto_pad(config),
    }


def _batch_norm(config: Config, name: str, parts: Parts) -> Operation:
    settings = {"epsilon": number(config.get("epsilon"), _EPSILON)}
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
    scale, offset = figures_of(config.get("scale", 1)), figures_of(config.get("offset", 0))
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


def figures_of(value: object) -> tuple[float, ...] | None:
    """Return one figure, or one for each channel, however a configuration writes them; None for anything else."""
    if isinstance(value, Mapping):  # an array, as Keras writes one
        value = value.get("config", {}).get("value")
    values = value if isinstance(value, list) else [value]
    while len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    good = 0 < len(values) <= 3 and all(isinstance(each, int | float) for each in values)
    return tuple(map(float, values)) if good else None


_MAKERS: dict[str, Callable[[Config, str, Parts], Operation]] = {
    "BatchNormalization": _batch_norm,
    "ZeroPadding2D": _zero_padding,
    "Rescaling": _rescaling,
    "Normalization": lambda config, name, parts: Operation(
        kind="input_scale", label=name, parts=parts, settings={}
    ),
    **ACTIVATIONS,
}
