"""Finds the bias of each weight: by the common names, else by length and place."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice, takewhile

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


class Biases:
    """The vectors of a file that can be biases, and the tensors whose names claim them."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._names = list(tensors)
        self._places = {name: place for place, name in enumerate(tensors)}
        self._folded = {name.casefold(): name for name in tensors}
        self._owners: dict[str, str] = {}
        for weight, tensor in tensors.items():
            if len(tensor.shape) > 1:
                for name in self._usual(weight):
                    self._owners.setdefault(name, weight)

    def of(
        self, weight: str, lengths: Sequence[int], taken: Container[str]
    ) -> tuple[str, Trust] | None:
        """Return the name of the bias of a weight, and whether its name or place says so; None if it has none.

        `lengths` are the numbers of filters that the weight can have, `taken` what belongs to another layer.
        """
        for found in self._usual(weight):
            if found not in taken and _is_vector(self._tensors[found], lengths):
                return found, "named"
        return self._by_place(weight, lengths, taken)

    def _usual(self, weight: str) -> Iterator[str]:
        """Yield the vectors that have the usual names of the bias of a weight."""
        for name in _usual_names(weight):
            found = name if name in self._tensors else self._folded.get(name.casefold())
            if found and len(self._tensors[found].shape) == 1:
                yield found

    def _by_place(
        self, weight: str, lengths: Sequence[int], taken: Container[str]
    ) -> tuple[str, Trust] | None:
        """Return the only vector directly behind a weight, if its length fits and no name says otherwise."""
        start = self._places[weight] + 1
        behind = (self._names[place] for place in range(start, len(self._names)))
        vectors = list(
            islice(takewhile(lambda name: len(self._tensors[name].shape) <= 1, behind), 2)
        )
        if len(vectors) != 1 or vectors[0] in taken or _NO_BIAS.search(vectors[0]):
            return None
        if self._owners.get(vectors[0], weight) != weight:
            return None
        return (vectors[0], "placed") if _is_vector(self._tensors[vectors[0]], lengths) else None


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


def _is_vector(tensor: Tensor, lengths: Sequence[int]) -> bool:
    return is_numeric(tensor) and len(tensor.shape) == 1 and tensor.shape[0] in lengths
