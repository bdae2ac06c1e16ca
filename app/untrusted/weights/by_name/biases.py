"""Finds the bias of each weight: by the common names, else by length and place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

from app.untrusted.weights.by_name.numbers import is_numeric
from app.untrusted.weights.description import Tensor, Trust

Tensors = Mapping[str, Tensor]

_WORD = re.compile(
    r"(?<![A-Za-z])(?:weights?|kernels?|filters?|w|k)(?![A-Za-z])"  # conv1.weight, W_conv1, w1
    r"|(?<=[a-z])(?-i:W|Weights?|Kernel)(?![a-z])",  # convW, convWeight
    re.IGNORECASE,
)
_KERAS = re.compile(r"(.*vars/)0")
_NUMBERED = re.compile(r"(.*param_)(\d{1,6})")
_WORDS = ("bias", "biases", "b")
_ENDINGS = (".bias", "/bias", "_bias", "_b", ".b", "/b", "bias")
_NO_BIAS = re.compile(
    r"prelu|alpha|slope|scale|gamma|beta|norm|bn|mean|var|(?<![a-z])(gn|ln|in)\d*[._/]|weight|(^|[._/])(u|v|g)$",
    re.IGNORECASE,
)


def bias_of(
    weight: str, lengths: Sequence[int], tensors: Tensors, taken: set[str]
) -> tuple[str, Trust] | None:
    """Return the name of the bias of a weight, and whether its name or its place says so; None if there is none.

    `lengths` are the numbers of filters that the weight can have, `taken` what belongs to another layer.
    """
    folded = {name.casefold(): name for name in tensors}
    for name in _usual_names(weight):
        found = name if name in tensors else folded.get(name.casefold())
        if found and found not in taken and _is_vector(tensors[found], lengths):
            return found, "named"
    return _by_place(weight, lengths, tensors, taken)


def _usual_names(weight: str) -> Iterator[str]:
    keras = _KERAS.fullmatch(weight)
    if keras:
        yield f"{keras[1]}1"
        return
    numbered = _NUMBERED.fullmatch(weight)
    if numbered:
        yield f"{numbered[1]}{int(numbered[2]) + 1}"
    places = list(_WORD.finditer(weight))
    for place in reversed(places):
        for word in _WORDS:
            yield f"{weight[: place.start()]}{word}{weight[place.end() :]}"
    if not places:
        for ending in _ENDINGS:
            yield f"{weight}{ending}"


def _by_place(
    weight: str, lengths: Sequence[int], tensors: Tensors, taken: set[str]
) -> tuple[str, Trust] | None:
    """Return the only vector directly behind a weight, if its length fits and its name says nothing else."""
    names = list(tensors)
    behind = names[names.index(weight) + 1 :]
    vectors = list(takewhile(lambda name: len(tensors[name].shape) <= 1, behind))
    if len(vectors) != 1 or vectors[0] in taken or _NO_BIAS.search(vectors[0]):
        return None
    return (vectors[0], "placed") if _is_vector(tensors[vectors[0]], lengths) else None


def _is_vector(tensor: Tensor, lengths: Sequence[int]) -> bool:
    return is_numeric(tensor) and len(tensor.shape) == 1 and tensor.shape[0] in lengths
