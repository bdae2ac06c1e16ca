"""The names of the sources of weights, as addresses write them, and the layer shapes that each source can fill."""

import re
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from app.engine.spec.geometry import Kind
from app.engine.weights.banks.table import BANKS
from app.engine.weights.request import BankRequest

Shape: TypeAlias = tuple[int, int, int, int]

HANDMADE, RANDOM, TRAINED, FACE = "handmade", "random", "trained", "face"
# (F, C, kh, kw) of both layers, for the hand-made and for the trained banks.
SHIPPED_SHAPES: tuple[Shape, Shape] = ((64, 3, 3, 3), (32, 64, 3, 3))
NAMES = (HANDMADE, TRAINED, *BANKS)

_SIZES = r"([1-9]\d{0,2})x([1-9]\d{0,2})x([1-9]\d?)x([1-9]\d?)"
IMPORTED = re.compile(rf"{_SIZES}-{_SIZES}-[0-9a-f]{{32}}", re.ASCII)


class WeightTarget(NamedTuple):
    """A layer that needs weights: its shape, its kind, and the source of the weights of layer 1."""

    request: BankRequest
    kind: Kind


def is_known(name: str) -> bool:
    """Return whether weights can have this name: that of a bank, of the trained weights, or of an import."""
    return name in NAMES or IMPORTED.fullmatch(name) is not None


@lru_cache(maxsize=512)
def imported_shapes(name: str) -> tuple[Shape, Shape] | None:
    """Return (F, C // groups, kh, kw) of both layers of imported weights; None for other names.

    The name contains the shapes, so that an address alone determines the shapes of its stack.
    """
    match = IMPORTED.fullmatch(name)
    if not match:
        return None
    a, b, c, d, e, f, g, h = map(int, match.groups())
    return (a, b, c, d), (e, f, g, h)


def imported_name(shapes: tuple[str, str], key: str) -> str:
    """Return the name of imported weights, made of their shapes as FxCxkhxkw and their content id."""
    return f"{shapes[0]}-{shapes[1]}-{key}"


def has_both_layers(name: str) -> bool:
    """Return whether weights come as a pair of layers, so that choosing them for layer 1 chooses them for layer
    2.
    """
    return name in (TRAINED, FACE) or imported_shapes(name) is not None


def why_not(name: str, wanted: WeightTarget) -> str | None:
    """Return why a layer cannot use the weights of that name, as a clause after "but"; None if it can."""
    request, number = wanted.request, wanted.request.number
    if name == RANDOM:
        return None
    if wanted.kind != "standard":
        return "only random weights are made for other kinds than standard"
    if name in (HANDMADE, TRAINED):
        title = "the bank made by hand" if name == HANDMADE else "what was trained"
        if number == 2 and request.first != name:
            return f"layer 2 of {title} is built on all 64 maps of layer 1 of the same"
        return _misfit(title, SHIPPED_SHAPES[number - 1], request)
    shapes = imported_shapes(name)
    if shapes:
        return _misfit(f"layer {number} of the file", shapes[number - 1], request)
    return BANKS[name].why_not(request)


def _misfit(title: str, shape: Shape, request: BankRequest) -> str | None:
    filters, channels, height, width = shape
    if request.channels != channels:
        return f"{title} reads {channels} channels for each filter"
    if request.kernel != (height, width):
        return f"{title} has kernels of {height}x{width}"
    if request.groups > 1 and request.filters != filters:
        return f"{title} has {filters} filters in {request.groups} groups, all or none"
    if request.filters > filters:
        return f"{title} has {filters} filters"
    return None
