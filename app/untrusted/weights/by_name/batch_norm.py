"""Finds the four vectors of a BatchNorm directly behind a convolution, by their names and lengths."""

import re
from collections.abc import Iterator, Mapping, Sequence

from app.untrusted.weights.by_name.numbers import is_numeric
from app.untrusted.weights.description import Tensor

Tensors = Mapping[str, Tensor]

PARTS = {
    "gamma": ("weight", "gamma", "scale", "gamma:0"),
    "beta": ("bias", "beta", "offset", "shift", "beta:0"),
    "mean": ("running_mean", "moving_mean", "mean", "moving_mean:0"),
    "variance": (
        "running_var",
        "moving_variance",
        "running_variance",
        "variance",
        "var",
        "moving_variance:0",
    ),
}
_LAST_WORD = re.compile(r"[./]?[^./]*$")
_LAST_NUMBER = re.compile(r"\d{1,9}(?=\D*$)")
_CONV = re.compile(r"(dw|pw)?conv(olution)?(2d)?|pointwise", re.IGNORECASE)
_NORM = re.compile(r"batch_?norm(alization)?(2d)?|bn|norm", re.IGNORECASE)
_SEPARATORS = re.compile(r"[_.\-/]+")


class BatchNorms:
    """The BatchNorms of a file, by the part of their names that they share."""

    def __init__(self, tensors: Tensors) -> None:
        self._found = dict(_all(tensors))
        self._alike: dict[str, str] = {}
        for stem in self._found:
            if _NORM.search(stem):
                self._alike.setdefault(_skeleton(_NORM, stem), stem)
        self.names = {name for parts in self._found.values() for name in parts.values()}

    def behind(
        self, weight: str, lengths: Sequence[int], tensors: Tensors
    ) -> dict[str, str] | None:
        """Return the names of the parts of the BatchNorm behind a weight; None if there is none that fits."""
        layer = _LAST_WORD.sub("", weight)
        for stem in (
            _next(layer),
            self._alike.get(_skeleton(_CONV, layer)) if _CONV.search(layer) else None,
        ):
            parts = self._found.get(stem) if stem is not None else None
            if parts and all(tensors[name].shape[0] in lengths for name in parts.values()):
                return parts
        return None

    def means(self) -> dict[str, str]:
        """Return the names of the BatchNorms, by those of their means."""
        return {parts["mean"]: stem for stem, parts in self._found.items()}


def _all(tensors: Tensors) -> Iterator[tuple[str, dict[str, str]]]:
    for name, tensor in tensors.items():
        word = _word(name)
        if word not in PARTS["mean"] or not _is_vector(tensor):
            continue
        stem = name[: len(name) - len(word)]
        parts = {
            part: f"{stem}{each}"
            for part, words in PARTS.items()
            for each in reversed(words)
            if f"{stem}{each}" in tensors
        }
        alike = all(tensors[each].shape == tensor.shape for each in parts.values())
        if "variance" in parts and alike:
            yield stem.rstrip("./"), parts


def _word(name: str) -> str:
    return re.split(r"[./]", name)[-1]


def _is_vector(tensor: Tensor) -> bool:
    return is_numeric(tensor) and len(tensor.shape) == 1


def _next(layer: str) -> str | None:
    """Return the name of the module after this one in a `Sequential` of PyTorch, whose names end in numbers."""
    found = _LAST_NUMBER.search(layer)
    if (
        found is None
        or found.end() != len(layer)
        or (found.start() and layer[found.start() - 1] not in "./")
    ):
        return None
    return f"{layer[: found.start()]}{int(found[0]) + 1}"


def _skeleton(word: re.Pattern[str], stem: str) -> str:
    """Return a name with its last word for the kind of layer taken out, so that conv1 and bn1 are alike."""
    *_, last = word.finditer(stem)
    alike = f"{stem[: last.start()]}#{stem[last.end() :]}".casefold()
    return _SEPARATORS.sub(".", alike).replace("#.", "#").replace(".#", "#")
