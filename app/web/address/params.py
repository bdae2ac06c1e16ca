"""Parses query strings into states. An empty value means the default; unknown names are ignored."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from app.engine.errors import SpecError
from app.engine.spec.edits import Edit, rounded
from app.lab.keep.pictures import ReducedBefore
from app.lab.lab import DEFAULT_SAMPLE
from app.lab.state.state import LAYERS, State, build
from app.messages import sentence
from app.shown_text import shown_text

WHOLE = re.compile(r"\d{1,10}", re.ASCII)
SIZE = re.compile(r"([1-9][0-9]{0,4})x([1-9][0-9]{0,4})")
NOTES_OF_PAGES = ("first_picture",)  # codes that a page sends along with a picture that it reduced
PLACE = re.compile(r"(\d{1,3})\.(\d{1,3})", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})([eE][+-]?\d{1,2})?", re.ASCII)
LONGEST_ID = 100  # characters in the id of imported weights
LANG = "lang"  # the query field that states the language of a page
IMAGE = "image"  # the query field that names the picture where the path does not
IMAGE_ID = re.compile(r"[a-z0-9-]{1,32}")
KERNEL = re.compile(r"([0-9]{1,3})(?:\s*[xX×]\s*([0-9]{1,3}))?")


def state_from_query(image_id: str, query: Mapping[str, str]) -> State:
    """Return the state that an address describes.

    Raises:
        SpecError: names the setting, the given value and values that would work.
    """
    given = ((name, query[name].strip()) for name in PARSERS if name in query)
    return _state(image_id, tuple((name, text) for name, text in given if text))


# A request asks for its price and then for its view, and a page for its pictures.
@lru_cache(maxsize=64)
def _state(image_id: str, texts: tuple[tuple[str, str], ...]) -> State:
    return build(image_id, {name: PARSERS[name](name, text) for name, text in texts})


def image_in(query: Mapping[str, str]) -> str:
    """Return the picture that a query names; the first sample if it names none."""
    given = query.get(IMAGE, "")
    return given if IMAGE_ID.fullmatch(given) else DEFAULT_SAMPLE


def whole(name: str, text: str) -> int:
    """Parse a whole number.

    Raises:
        SpecError: the text is not a whole number.
    """
    if not WHOLE.fullmatch(text):
        raise SpecError(
            name, sentence("{field} is {given}; a whole number would work.", given=_shortened(text))
        )
    return int(text)


def whole_or_none(name: str, query: Mapping[str, str]) -> int | None:
    """Parse an optional whole number.

    Raises:
        SpecError: the text is not a whole number.
    """
    text = query.get(name, "").strip()
    return whole(name, text) if text else None


def sent_reduced(size: str, notes: str) -> ReducedBefore | None:
    """Parse what a page says of a picture that it reduced: a size such as 4032x3024, and codes with commas.

    Return None if the size is none; codes that a page does not send are left out.
    """
    match = SIZE.fullmatch(size)
    given = set(notes.split(","))
    known = tuple(code for code in NOTES_OF_PAGES if code in given)
    return ReducedBefore(int(match[1]), int(match[2]), known) if match else None


def open_map(query: Mapping[str, str]) -> tuple[int, int] | None:
    """Parse which map stands open in a live view, as in open=2.22: its layer and its number.

    Raises:
        SpecError: the text is no such place.
    """
    text = query.get("open", "").strip()
    if not text:
        return None
    match = PLACE.fullmatch(text)
    if not match:
        raise SpecError(
            "open",
            sentence(
                "{field} is {given}; the layer and the number of a map, as in 2.22, would work.",
                given=_shortened(text),
            ),
        )
    return int(match[1]), int(match[2])


def _word(name: str, text: str) -> str:
    return _shortened(text)


def _kernel(name: str, text: str) -> tuple[int, int]:
    match = KERNEL.fullmatch(text)
    if not match:
        raise SpecError(
            name,
            sentence(
                "{field} is {given}; a size such as 3, or height × width such as 3x5, would work.",
                given=_shortened(text),
            ),
        )
    height, width = match.groups()
    return int(height), int(width or height)


def _padding(name: str, text: str) -> int | str:
    return int(text) if WHOLE.fullmatch(text) else _shortened(text)


def _channels(name: str, text: str) -> frozenset[int]:
    return frozenset(whole(name, one.strip()) for one in text.split(",") if one.strip())


def _switch(name: str, text: str) -> bool:
    if text not in ("on", "off"):
        raise SpecError(
            name, sentence("{field} is {given}; on and off would work.", given=_shortened(text))
        )
    return text == "on"


def _weights(name: str, text: str) -> str:
    return text if len(text) <= LONGEST_ID else _shortened(text)


def _normalise(name: str, text: str) -> str | tuple[float, ...]:
    return _shortened(text) if text.isalpha() else numbers(name, text)


def _edits(name: str, text: str) -> tuple[Edit, ...]:
    return tuple(_edit(name, one) for one in text.split("_"))


def _edit(name: str, text: str) -> Edit:
    place, _, weights = text.partition(",")
    match = PLACE.fullmatch(place)
    if not match or not weights:
        raise SpecError(
            name,
            sentence(
                "{field} is {given}; filter.channel and the weights, as in 3.0,0,1,0, would work.",
                given=_shortened(text),
            ),
        )
    return Edit(int(match[1]), int(match[2]), tuple(map(rounded, numbers(name, weights))))


def numbers(name: str, text: str) -> tuple[float, ...]:
    """Parse numbers separated by commas.

    Raises:
        SpecError: a part is not a number.
    """
    parts = [one.strip() for one in text.split(",")]
    wrong = next((one for one in parts if not NUMBER.fullmatch(one)), None)
    if wrong is not None:
        raise SpecError(
            name,
            sentence(
                "{field} has {given}; a number such as 0.5 or -1 would work.",
                given=_shortened(wrong),
            ),
        )
    return tuple(map(float, parts))


def _shortened(text: str) -> str:
    return shown_text(text, most=40)


_LAYER_PARSERS: dict[str, Callable[[str, str], Any]] = {
    "filters": whole,
    "kernel": _kernel,
    "stride": whole,
    "dilation": whole,
    "padding": _padding,
    "padding_mode": _word,
    "kind": _word,
    "groups": whole,
    "multiplier": whole,
    "bias": _switch,
    "activation": _word,
    "pool": _word,
    "pool_size": whole,
    "weights": _weights,
    "initialiser": _word,
    "distribution": _word,
    "edit": _edits,
}
PARSERS: dict[str, Callable[[str, str], Any]] = {
    "size": whole,
    "fit": _word,
    "channels": _word,
    "normalise": _normalise,
    "seed": whole,
    "step": whole,
    "flip": _switch,
    **{f"{name}{number}": parse for number in LAYERS for name, parse in _LAYER_PARSERS.items()},
    "mute": _channels,
    "solo": _channels,
    "show": _word,
    "scale": _word,
    "contrast": _word,
    "order": _word,
    "axes": _word,
    "over": _switch,
}
