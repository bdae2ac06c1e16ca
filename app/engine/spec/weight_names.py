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

_KINDS: dict[str, Kind] = {"d": "depthwise", "s": "separable", "p": "pointwise_first"}
_SIZES = r"(?:[dsp][1-9]\d{0,2}_)?[1-9]\d{0,2}x[1-9]\d{0,2}x[1-9]\d?x[1-9]\d?"
IMPORTED = re.compile(rf"({_SIZES})-({_SIZES})-[0-9a-f]{{32}}", re.ASCII)

MADE_BY_HAND, WERE_TRAINED = sentence("the bank made by hand"), sentence("what was trained")
READS = counted(
    "{title} reads {count} channel for each filter",
    "{title} reads {count} channels for each filter",
    1,
)
HAS = counted("{title} has {count} filter", "{title} has {count} filters", 1)


class ImportedLayer(NamedTuple):
    """What the name of imported weights says of one layer.

    `shape` is (F, C // groups, kh, kw) of a standard layer, and (F, C, kh, kw) of the other kinds.
    """

    shape: Shape
    kind: Kind = "standard"
    multiplier: int = 1

    def __str__(self) -> str:
        """Return the part of the name: FxCxkhxkw, after the letter of another kind and its multiplier."""
        sizes = "x".join(map(str, self.shape))
        letters = {kind: letter for letter, kind in _KINDS.items()}
        return (
            sizes if self.kind == "standard" else f"{letters[self.kind]}{self.multiplier}_{sizes}"
        )


class WeightTarget(NamedTuple):
    """A layer that needs weights: its kind and the request for a bank, which may name the weights of layer 1."""

    request: BankRequest
    kind: Kind
    multiplier: int = 1


def is_known(name: str) -> bool:
    """Tell whether weights can have this name: that of a bank, of the trained weights, or of an import."""
    return name in NAMES or IMPORTED.fullmatch(name) is not None


@lru_cache(maxsize=512)
def imported_layers(name: str) -> tuple[ImportedLayer, ImportedLayer] | None:
    """Return what the name of imported weights says of both layers; None for other names.

    Shapes and kinds are part of the name, so that an address alone determines the shapes of its stack.
    """
    match = IMPORTED.fullmatch(name)
    if not match:
        return None
    first, second = map(_imported_layer, match.groups())
    return first, second


def _imported_layer(part: str) -> ImportedLayer:
    kind, _, sizes = part.rpartition("_")
    filters, channels, height, width = map(int, sizes.split("x"))
    shape = (filters, channels, height, width)
    return ImportedLayer(shape, _KINDS[kind[0]], int(kind[1:])) if kind else ImportedLayer(shape)


def imported_name(layers: tuple[ImportedLayer, ImportedLayer], key: str) -> str:
    """Return the name of imported weights: what it says of both layers, and the content id."""
    return f"{layers[0]}-{layers[1]}-{key}"


def has_both_layers(name: str) -> bool:
    """Tell whether the weights of both layers belong together, so that layer 2 takes the name of layer 1."""
    return name in (TRAINED, FACE) or imported_layers(name) is not None


def why_not(name: str, wanted: WeightTarget) -> Message | None:
    """Return why a layer cannot have the weights of that name, as a clause after "but", or None if it can."""
    request, number = wanted.request, wanted.request.number
    if name == RANDOM:
        return None
    imported = imported_layers(name)
    if imported:
        return _why_not_imported(imported[number - 1], wanted)
    if wanted.kind != "standard":
        return sentence("only random weights are made for other kinds than standard")
    if name in (HANDMADE, TRAINED):
        title = MADE_BY_HAND if name == HANDMADE else WERE_TRAINED
        if number == 2 and request.first != name:
            return sentence(
                "layer 2 of {title} is built on all 64 maps of layer 1 of the same", title=title
            )
        return _misfit(title, SHIPPED_SHAPES[number - 1], request)
    return BANKS[name].why_not(request)


def _why_not_imported(layer: ImportedLayer, wanted: WeightTarget) -> Message | None:
    title = sentence("layer {number} of the file", number=wanted.request.number)
    if layer.kind != wanted.kind:
        return sentence("{title} has the kind {kind}", title=title, kind=layer.kind)
    if layer.multiplier != wanted.multiplier:
        return sentence(
            "{title} has the multiplier {multiplier}", title=title, multiplier=layer.multiplier
        )
    return _misfit(title, layer.shape, wanted.request)


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
