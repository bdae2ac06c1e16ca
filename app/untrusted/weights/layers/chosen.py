"""The two convolutions that are chosen as the layers; for what is not chosen, the likeliest."""

from app.messages import Message, sentence
from app.shown_text import shown_text
from app.untrusted.weights.errors import NoPair, NoSuchConvolution
from app.untrusted.weights.layers.chain import Pair, as_first, joined, pairs
from app.untrusted.weights.layers.choice import Choice, LayerChoice
from app.untrusted.weights.layers.contents import listed_shortly, no_pair
from app.untrusted.weights.layers.found import Found
from app.untrusted.weights.layers.layer import FoundLayer
from app.untrusted.weights.limits import Limits

Placed = tuple[int, FoundLayer]

_DOES_NOT_FIT = sentence(
    "{each} does not fit the stack; up to {filters} filters, as many channels and kernels of up to {side} × "
    "{side} would work."
)
_NONE_FOLLOWS = sentence(
    "No convolution of the file can follow {given}; naming both, or another one, would work."
)
_NONE_COMES_BEFORE = sentence(
    "No convolution of the file can come before {given}; naming both, or another one, would work."
)


def choose(found: Found, choice: Choice, limits: Limits) -> Pair:
    """Return the two chosen convolutions; for one that was not chosen, the first that fits.

    Raises:
        NoSuchConvolution: the file has none with that name; `field` says which of the two.
        NoPair: they do not chain, or nothing chains with the chosen one.
    """
    first, second = _named(found, choice.first, "first"), _named(found, choice.second, "second")
    if first is None and second is None:
        candidates = pairs(found.layers, found.following, limits)
        if not candidates:
            raise no_pair(found.layers, limits)
        places = candidates[0].places
        first, second = ((place, found.layers[place]) for place in places)
        first = (first[0], first[1].read_as(choice.first.order))
        second = (second[0], second[1].read_as(choice.second.order))
    if first is None or second is None:
        return _with_one(found, first, second, choice, limits)
    return _joined(first, second, found, limits)


def _named(found: Found, chosen: LayerChoice, field: str) -> Placed | None:
    if chosen.name is None:
        return None
    shown = shown_text(chosen.name)  # as the names of the file are
    for place, layer in enumerate(found.layers):
        if shown_text(layer.name) == shown:
            return place, layer.read_as(chosen.order)
    error = NoSuchConvolution(
        sentence(
            "The file has no convolution {name!r}; found: {listed}.",
            name=shown_text(chosen.name, most=80),
            listed=listed_shortly([each.description() for each in found.layers]),
        )
    )
    error.field = field
    raise error


def _joined(first: Placed, second: Placed, found: Found, limits: Limits) -> Pair:
    """Return two convolutions as a pair.

    Raises:
        NoPair: they do not chain, or do not fit the stack; the message says what would work.
    """
    for _, layer in (first, second):
        if layer.kind == "transposed":
            raise NoPair(
                sentence(
                    "{each} is a transposed convolution, which is not computed here; an ordinary one would work.",
                    each=layer.description(),
                )
            )
        if not layer.fits(limits):
            raise NoPair(_fitting(_DOES_NOT_FIT.having(each=layer.description()), limits))
    reader = as_first(first[1])
    if reader is None:
        raise NoPair(
            sentence(
                "{first} cannot read the picture; 1 or 3 channels would work.",
                first=first[1].description(),
            )
        )
    pair = joined((first[0], reader), second, found.following)
    if pair is None:
        raise NoPair(
            sentence(
                "{second} does not follow {first}; one that reads {filters} channels would work.",
                second=second[1].description(),
                first=reader.description(),
                filters=reader.filters,
            )
        )
    return pair


def _with_one(
    found: Found, first: Placed | None, second: Placed | None, choice: Choice, limits: Limits
) -> Pair:
    """Return the pair of the given convolution and the likeliest other one.

    That is the one which the graph says, else the nearest behind it that chains, or else before it.
    """
    given = first or second
    assert given is not None
    layers = list(enumerate(found.layers))
    behind, before = layers[given[0] + 1 :], layers[: given[0]]
    others = [*behind, *before] if first else [*reversed(before), *behind]
    fitting: list[Pair] = []
    for place, layer in others:
        try:
            if first:
                second_one = (place, layer.read_as(choice.second.order))
                fitting.append(_joined(given, second_one, found, limits))
            else:
                first_one = (place, layer.read_as(choice.first.order))
                fitting.append(_joined(first_one, given, found, limits))
        except NoPair:
            continue
    if not fitting:
        why = _NONE_FOLLOWS if first else _NONE_COMES_BEFORE
        raise NoPair(why.having(given=given[1].description()))
    return min(fitting, key=lambda pair: (not pair.consecutive, pair.guesses_groups))


def _fitting(message: Message, limits: Limits) -> Message:
    return message.having(filters=limits.filters[-1], side=limits.kernels[-1])
