"""Query strings to states: strings stop here. An empty value is the default; unknown names are ignored."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.engine.errors import SpecError
from app.lab.state import LAYERS, State, build

WHOLE = re.compile(r"\d{1,10}", re.ASCII)
KERNEL = re.compile(r"(\d{1,3})(?:[x×](\d{1,3}))?", re.ASCII)


def state_from_query(image_id: str, query: Mapping[str, str]) -> State:
    """Return the state that an address describes.

    Raises:
        SpecError: names the setting, what was given and what would work.
    """
    values = {
        name: parse(name, query[name].strip())
        for name, parse in PARSERS.items()
        if query.get(name, "").strip()
    }
    return build(image_id, values)


def whole(name: str, text: str) -> int:
    """Read a whole number.

    Raises:
        SpecError: the text is something else.
    """
    if not WHOLE.fullmatch(text):
        raise SpecError(name, f"is {_shown(text)}; a whole number would work.")
    return int(text)


def _word(name: str, text: str) -> str:
    return _shown(text)


def _kernel(name: str, text: str) -> tuple[int, int]:
    match = KERNEL.fullmatch(text)
    if not match:
        raise SpecError(
            name, f"is {_shown(text)}; a size such as 3, or height x width such as 3x5, would work."
        )
    height, width = match.groups()
    return int(height), int(width or height)


def _padding(name: str, text: str) -> int | str:
    return int(text) if WHOLE.fullmatch(text) else _shown(text)


def _switch(name: str, text: str) -> bool:
    if text not in ("on", "off"):
        raise SpecError(name, f"is {_shown(text)}; on and off would work.")
    return text == "on"


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


_OF_A_LAYER: dict[str, Callable[[str, str], Any]] = {
    "filters": whole,
    "kernel": _kernel,
    "stride": whole,
    "dilation": whole,
    "padding": _padding,
    "padding_mode": _word,
    "groups": whole,
    "bias": _switch,
    "activation": _word,
    "weights": _word,
}
PARSERS: dict[str, Callable[[str, str], Any]] = {
    "size": whole,
    "fit": _word,
    "channels": _word,
    "normalise": _word,
    "seed": whole,
    **{f"{name}{number}": parse for number in LAYERS for name, parse in _OF_A_LAYER.items()},
    "show": _word,
    "scale": _word,
    "contrast": _word,
}
