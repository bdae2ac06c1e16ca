"""Activations of Keras as operations: as a setting of another layer, and as layers with settings of their own."""

from collections.abc import Callable, Mapping
from typing import Any

from app.untrusted.weights.description import Operation

Config = Mapping[str, Any]
Parts = Mapping[str, str]

_SLOPE = 0.2  # of the function leaky_relu; the layer has one of its own


def activations(value: object, name: str) -> list[Operation]:
    """Return the activation that a layer names; none if it is linear."""
    if isinstance(value, Mapping):  # a function, or a layer, with its own settings
        inner = value.get("config")
        if isinstance(inner, Mapping) and value.get("class_name") in LAYERS:
            return [LAYERS[value["class_name"]](inner, name, {})]
        value = inner if isinstance(inner, str) else value.get("class_name")
    if value in (None, "linear"):
        return []
    word = {"swish": "silu"}.get(str(value), str(value))
    settings: dict[str, Any] = {"function": word}
    if word == "leaky_relu":
        settings["slope"] = _SLOPE
    return [Operation(kind="activation", label=name, settings=settings)]


def _activation_layer(config: Config, name: str, parts: Parts) -> Operation:
    found = activations(config.get("activation"), name)
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
    settings = {"function": "leaky_relu", "slope": number(slope, 0.3)}
    return Operation(kind="activation", label=name, settings=settings)


def _elu(config: Config, name: str, parts: Parts) -> Operation:
    settings = {"function": "elu", "slope": number(config.get("alpha"), 1.0)}
    return Operation(kind="activation", label=name, settings=settings)


def _gelu(config: Config, name: str, parts: Parts) -> Operation:
    settings = {"function": "gelu", "approximate": bool(config.get("approximate"))}
    return Operation(kind="activation", label=name, settings=settings)


def _named_activation(function: str) -> Callable[[Config, str, Parts], Operation]:
    return lambda config, name, parts: Operation(
        kind="activation", label=name, settings={"function": function}
    )


def number(value: object, default: float) -> float:
    """Return a number of a configuration, or the default where it has none."""
    return float(value) if isinstance(value, int | float) else default


LAYERS: dict[str, Callable[[Config, str, Parts], Operation]] = {
    "Activation": _activation_layer,
    "ReLU": _relu,
    "LeakyReLU": _leaky,
    "ELU": _elu,
    "GELU": _gelu,
    **{word: _named_activation(word.lower()) for word in ("PReLU", "Softmax", "SELU")},
}
