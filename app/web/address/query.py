"""The settings in an address: those that differ from their default, in a fixed order."""

from functools import cache
from typing import Any

from app.lab.state.state import LAYERS, State, build, flatten, imported_defaults, text_of
from app.web.address.params import PARSERS

PICTURE = ("size", "fit", "channels")
DISPLAY = ("show", "scale", "contrast")
LAYER_1 = (
    *PICTURE,
    "normalise",
    "seed",
    "step",
    "flip",
    *(name for name in PARSERS if name.endswith("1")),
)
BOTH_LAYERS = (*LAYER_1, *(name for name in PARSERS if name.endswith("2")), "mute", "solo")


# What they are where the address does not say depends on other settings.
DECIDED_BY_OTHERS = (
    "channels",
    *(
        f"{name}{number}"
        for number in LAYERS
        for name in ("filters", "kernel", "groups", "weights")
    ),
)


def settings_of_values(layer: int) -> tuple[str, ...]:
    """Return the settings that affect the values of a layer."""
    return LAYER_1 if layer == 1 else BOTH_LAYERS


def query_of(state: State) -> dict[str, str]:
    """Return the settings that differ from their default, as they appear in the query."""
    values = flatten(state)
    defaults = _defaults() | imported_defaults(values)
    return {name: text_of(values[name]) for name in PARSERS if values[name] != defaults[name]}


def in_effect(state: State) -> dict[str, Any]:
    """Return every setting with the value that it has now, also where other settings decide it."""
    values = flatten(state)
    for number, layer in zip(LAYERS, state.stack.layers, strict=True):
        values |= {f"weights{number}": layer.weights, f"filters{number}": layer.filters}
    return values


@cache
def _defaults() -> dict[str, Any]:
    return flatten(build("", {}))
