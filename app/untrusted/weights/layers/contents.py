"""What a weight file holds: its convolutions, the two that are proposed, and what is said about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.messages import Message, enumerated, listed, sentence
from app.shown_text import shown_text
from app.untrusted.weights.by_name.numbers import is_numeric, summary
from app.untrusted.weights.by_name.operations import with_operations
from app.untrusted.weights.description import Description, Format
from app.untrusted.weights.errors import BrokenWeights, NoConvolutions, NoPair
from app.untrusted.weights.layers.chain import Pair, pairs
from app.untrusted.weights.layers.found import Found, find_layers
from app.untrusted.weights.layers.layer import FoundLayer
from app.untrusted.weights.limits import Limits

_MOST_LISTED = 12
_MOST_VECTORS = 512
_NOT_DIRECTLY = sentence(
    "In the net, layer 2 does not read the maps of layer 1 directly, so its maps are not those of the net."
)
_NOT_DIRECTLY_BUT = sentence(
    "In the net, layer 2 does not read the maps of layer 1 directly. Between them the file has "
    "{between}, so the maps of layer 2 are not those of the net."
)
NOT_DIRECTLY = (_NOT_DIRECTLY.text, _NOT_DIRECTLY_BUT.text)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The convolutions of a file, and the pair that is proposed or why there is none.

    `vectors` are the names of tensors that could be biases, for the one who knows better.
    """

    format: Format
    layers: tuple[FoundLayer, ...]
    pair: Pair | None
    relation: Message | None
    why_none: Message | None
    vectors: tuple[str, ...]
    has_graph: bool


def contents(description: Description, limits: Limits) -> Contents:
    """Return what a description holds.

    Raises:
        WeightsError: there is no convolution in it, or none that can be read; the message says what was found.
    """
    described, found = find(description, limits)
    candidates = pairs(found.layers, found.following, limits)
    pair = candidates[0] if candidates else None
    vectors = (
        shown_text(name)
        for name, tensor in described.tensors.items()
        if len(tensor.shape) == 1 and is_numeric(tensor)
    )
    return Contents(
        format=described.format,
        layers=tuple(replace(each, name=shown_text(each.name)) for each in found.layers),
        pair=pair,
        relation=relation(pair, found.layers) if pair else None,
        why_none=None if pair else no_pair(found.layers, limits).message,
        vectors=tuple(vectors)[:_MOST_VECTORS],
        has_graph=found.following is not None,
    )


def find(description: Description, limits: Limits) -> tuple[Description, Found]:
    """Return a description with operations, and the convolutions found in it.

    Raises:
        NoConvolutions: there is none; the message lists the tensors found.
        BrokenWeights: names are no text, or look the same.
        UnsupportedWeights: the weights are quantised, or in parts that are not known.
    """
    _check_names(description)
    described = with_operations(description)
    found = find_layers(described, limits)
    if not found.layers:
        tensors = [summary(tensor) for tensor in described.tensors.values()]
        raise NoConvolutions(
            sentence(
                "The {format} file holds no filters of a convolution, which have four axes and "
                "are numbers. Found: {listed}.",
                format=described.format,
                listed=listed_shortly(tensors),
            )
        )
    return described, found


def relation(pair: Pair, layers: Sequence[FoundLayer]) -> Message:
    """Say whether the second layer reads the maps of the first, and what lies between them."""
    first, second = sorted(pair.places)
    between = [shown_text(each.name, most=60) for each in layers[first + 1 : second]]
    if pair.consecutive:
        return sentence("The file says that layer 2 reads the maps of layer 1.")
    if pair.consecutive is None:
        if pair.places[0] > pair.places[1]:
            return sentence(
                "Layer 2 comes before layer 1 in the file, which does not say what reads what."
            )
        if not between:
            return sentence(
                "The two are neighbours in the file, which does not say what reads what."
            )
        return sentence(
            "Between the two the file has {between}; it does not say what reads what.",
            between=_some(between),
        )
    return _NOT_DIRECTLY_BUT.having(between=_some(between)) if between else _NOT_DIRECTLY


def no_pair(layers: Sequence[FoundLayer], limits: Limits) -> NoPair:
    """Return the error for a file in which no two convolutions chain."""
    return NoPair(
        sentence(
            "No two convolutions of the file chain. The first would have to read 1 or 3 "
            "channels, the second as many as the first has filters, {filters} at most, with "
            "kernels of up to {side}. Found: {found}.",
            filters=limits.filters[-1],
            side=limits.kernels[-1],
            found=listed_shortly([each.description() for each in layers]),
        )
    )


def listed_shortly(found: Sequence[Message | str]) -> Message:
    """Return up to twelve names, and how many more there are."""
    more = len(found) - _MOST_LISTED
    rest = [sentence("{more:,} more", more=more)] if more > 0 else []
    return enumerated([*found[:_MOST_LISTED], *rest]) if found else sentence("nothing")


def _some(names: Sequence[str]) -> Message | str:
    if len(names) <= 3:
        return listed(names)
    return sentence("{some} and {more} more", some=enumerated(names[:2]), more=len(names) - 2)


def _check_names(description: Description) -> None:
    names = list(description.tensors)
    if not all(map(_is_text, names)):
        raise BrokenWeights(
            sentence(
                "The {format} file has a tensor whose name is no text; the same weights saved "
                "again would work.",
                format=description.format,
            )
        )
    if len({shown_text(name) for name in names}) != len(names):
        raise BrokenWeights(
            sentence(
                "The {format} file has two tensors of one name, or of names that look the same; "
                "the same weights saved under other names would work.",
                format=description.format,
            )
        )


def _is_text(name: str) -> bool:
    """Return whether a name can be encoded; JSON can contain lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
