"""Adds the settings to /openapi.json: the query fields of every address below /images/{image_id}."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.engine.spec import normalisation, stack, weight_names
from app.engine.weights.request import Distribution, Initialiser
from app.lab.state import state
from app.lab.state.state import Fit
from app.web.address.params import PARSERS
from app.web.route_facts import declared_facts, template_of

PICTURE = "{image_id}"
RANGES = {
    "size": stack.SIZES,
    "seed": stack.SEEDS,
    "step": stack.STEPS,
    "filters": stack.FILTERS,
    "stride": stack.STRIDES,
    "dilation": stack.DILATIONS,
    "groups": stack.FILTERS,
    "multiplier": stack.MULTIPLIERS,
    "pool_size": stack.POOL_SIZES,
}
ENUMS: dict[str, tuple[str, ...]] = {
    "fit": get_args(Fit),
    "channels": tuple(state.CHANNEL_WORDS.values()),
    "flip": ("off", "on"),
    "kind": get_args(stack.Kind),
    "padding_mode": get_args(stack.PaddingMode),
    "bias": ("on", "off"),
    "activation": get_args(stack.Activation),
    "pool": get_args(stack.Pool),
    "initialiser": get_args(Initialiser),
    "distribution": get_args(Distribution),
    "show": get_args(state.Show),
    "scale": get_args(state.Scale),
    "contrast": get_args(state.Contrast),
    "order": get_args(state.Order),
    "axes": get_args(state.Axes),
    "over": ("off", "on"),
}
PATTERNS = {
    "kernel": "^[0-9]{1,2}(x[0-9]{1,2})?$",
    "padding": "^(same|valid|[0-9]{1,2})$",
    "weights": f"^({'|'.join(weight_names.NAMES)}|{weight_names.IMPORTED.pattern})$",
    "normalise": f"^({'|'.join(get_args(normalisation.Word))}|-?[0-9.]+(,-?[0-9.]+){{1,5}})$",
    "edit": r"^[0-9]{1,3}\.[0-9]{1,3}(,-?[0-9]{1,3}(\.[0-9]{1,3})?){1,121}$",
    "mute": "^([0-9]{1,3}(,[0-9]{1,3})*)?$",
    "solo": "^([0-9]{1,3}(,[0-9]{1,3})*)?$",
}


def install(app: FastAPI) -> None:
    """Add the settings to the schema of `app`. FastAPI does not know them, since routes read the whole query."""
    make_schema = app.openapi

    def with_settings() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = make_schema()
            for path in _paths_of_views(app):
                if operations := schema["paths"].get(path):
                    operations["get"].setdefault("parameters", []).extend(_settings())
        return make_schema()

    app.openapi = with_settings  # type: ignore[method-assign]


def _paths_of_views(app: FastAPI) -> Iterator[str]:
    for one in iter_route_contexts(app.routes):
        facts = declared_facts(one.original_route)
        if facts and facts.kept and one.path and PICTURE in one.path:
            yield template_of(one.path)


def _settings() -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": _schema(name)}
        for name in PARSERS
    ]


def _schema(name: str) -> dict[str, Any]:
    plain = re.sub(r"[12]$", "", name)
    if plain in RANGES:
        allowed = RANGES[plain]
        return {"type": "integer", "minimum": allowed[0], "maximum": allowed[-1]}
    if plain in ENUMS:
        return {"type": "string", "enum": list(ENUMS[plain])}
    return {"type": "string", "pattern": PATTERNS[plain]}
