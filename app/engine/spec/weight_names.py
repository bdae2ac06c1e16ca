"""The names of weights in an address, and which layers can have the weights of each name."""

import re
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from app.engine.spec.geometry import Kind
from app.engine.weights.banks.table import BANKS
from app.engine.weights.request import BankRequest
from app.messages import Message, counted, sentence

Shape: TypeAlias = tuple[int, int, int, int]

HANDMADE, RANDOM, TRAINED, FACE = "handmade", "random", "trained", "face"
# (F, C, kh, kw) of both layers, the same for the handmade and the trained weights.
SHIPPED_SHAPES: tuple[Shape, Shape] = ((64, 3, 3, 3), (32, 64, 3, 3))
NAMES = (HANDMADE, TRAINED, *BANKS)

_SIZES = r"([1-9]\d{0,2})x([1-9]\d{0,2})x([1-9]\d?)x([1-9]\d?)"
IMPORTED = re.compile(rf"{_SIZES}-{_SIZES}-[0-9a-f]{{32}}", re.ASCII)

MADE_BY_HAND, WERE_TRAINED = sentence("the bank made by hand"), sentence("what was trained")
READS = counted(
    "{title} reads {count} channel for each filter",
    "{title} reads {count} channels for each filter",
    1,
)
HAS = counted("{title} has {count} filter", "{title} has {count} filters", 1)


class WeightTarget(NamedTuple):
    """A layer that needs weights: its kind and the request for a bank, which may name the weights of layer 1."""

    request: BankRequest
    kind: Kind


def is_known(name: str) -> bool:
    """Tell whether weights can have this name: that of a bank, of the trained weights, or of an import."""
    return name in NAMES or IMPORTED.fullmatch(name) is not None


@lru_cache(maxsize=512)
def imported_shapes(name: str) -> tuple[Shape, Shape] | None:
    """Return (F, C // groups, kh, kw) of both layers of imported weights; None for other names.

    The shapes are part of the name, so that an address alone determines the shapes of its stack.
    """
    match = IMPORTED.fullmatch(name)
    if not match:
        return None
    a, b, c, d, e, f, g, h = map(int, match.groups())
    return (a, b, c, d), (e, f, g, h)


def imported_name(shapes: tuple[str, str], key: str) -> str:
    """Return the name of imported weights: both shapes, written FxCxkhxkw, and the content id."""
    return f"{shapes[0]}-{shapes[1]}-{key}"


def has_both_layers(name: str) -> bool:
    """Tell whether the weights of both layers belong together, so that layer 2 takes the name of layer 1."""
    return name in (TRAINED, FACE) or imported_shapes(name) is not None


def why_not(name: str, wanted: WeightTarget) -> Message | None:
    """Return why a layer cannot have the weights of that name, as a clause after "but", or None if it can."""
    request, number = wanted.request, wanted.request.number
    if name == RANDOM:
        return None
    if wanted.kind != "standard":
        return sentence("only random weights are made for other kinds than standard")
    if name in (HANDMADE, TRAINED):
        title = MADE_BY_HAND if name == HANDMADE else WERE_TRAINED
        if number == 2 and request.first != name:
            return sentence(
                "layer 2 of {title} is built on all 64 maps of layer 1 of the same", title=title
            )
        return _misfit(title, SHIPPED_SHAPES[number - 1], request)
    shapes = imported_shapes(name)
    if shapes:
        title = sentence("layer {number} of the file", number=number)
        return _misfit(title, shapes[number - 1], request)
    return BANKS[name].why_not(request)


def _misfit(title: Message, shape: Shape, request: BankRequest) -> Message | None:
    filters, channels, height, width = shape
    if request.channels != channels:
        return READS.having(title=title, count=channels)
    if request.kernel != (height, width):
        return sentence(
            "{title} has kernels of {height}x{width}", title=title, height=height, width=width
        )
    if request.groups > 1 and request.filters != filters:
        return sentence(
            "{title} has {filters} filters in {groups} groups, all or none",
            title=title,
            filters=filters,
            groups=request.groups,
        )
    return HAS.having(title=title, count=filters) if request.filters > filters else None
