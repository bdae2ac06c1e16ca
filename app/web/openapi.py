"""What /openapi.json says of the settings: the query fields that every address below /images/{image_id} takes."""

import re
from typing import Any, get_args

from fastapi import FastAPI

from app.engine import normalisation, sources, spec
from app.engine.banks.request import Distribution, Initialiser
from app.imaging.prepare import Fit
from app.lab import state
from app.web.params import PARSERS

PICTURE = "/images/{image_id}"
RANGES = {
    "size": spec.SIZES,
    "seed": spec.SEEDS,
    "step": spec.STEPS,
    "filters": spec.FILTERS,
    "stride": spec.STRIDES,
    "dilation": spec.DILATIONS,
    "groups": spec.FILTERS,
    "multiplier": spec.MULTIPLIERS,
    "pool_size": spec.POOL_SIZES,
}
WORDS: dict[str, tuple[str, ...]] = {
    "fit": get_args(Fit),
    "channels": tuple(state.CHANNEL_WORDS.values()),
    "flip": ("off", "on"),
    "kind": get_args(spec.Kind),
    "padding_mode": get_args(spec.PaddingMode),
    "bias": ("on", "off"),
    "activation": get_args(spec.Activation),
    "pool": get_args(spec.Pool),
    "initialiser": get_args(Initialiser),
    "distribution": get_args(Distribution),
    "show": get_args(state.Show),
    "scale": get_args(state.Scale),
    "contrast": get_args(state.Contrast),
    "order": get_args(state.Order),
    "axes": get_args(state.Axes),
}
PATTERNS = {
    "kernel": "^[0-9]{1,2}(x[0-9]{1,2})?$",
    "padding": "^(same|valid|[0-9]{1,2})$",
    "weights": f"^({'|'.join(sources.NAMES)}|{sources.IMPORTED.pattern})$",
    "normalise": f"^({'|'.join(get_args(normalisation.Word))}|-?[0-9.]+(,-?[0-9.]+){{1,5}})$",
    "edit": r"^[0-9]{1,3}\.[0-9]{1,3}(,-?[0-9]{1,3}(\.[0-9]{1,3})?){1,121}$",
    "mute": "^([0-9]{1,3}(,[0-9]{1,3})*)?$",
    "solo": "^([0-9]{1,3}(,[0-9]{1,3})*)?$",
}


def install(app: FastAPI) -> None:
    """Have the schema of `app` tell the settings, which the routes read from the query as a whole."""
    made = app.openapi

    def with_settings() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = made()
            for path, operations in schema["paths"].items():
                if path.startswith(PICTURE) and "get" in operations:
                    operations["get"].setdefault("parameters", []).extend(_settings())
        return made()

    app.openapi = with_settings  # type: ignore[method-assign]


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
    if plain in WORDS:
        return {"type": "string", "enum": list(WORDS[plain])}
    return {"type": "string", "pattern": PATTERNS[plain]}
