"""Which tensors hold numbers that a layer can have, and the order of names that people expect."""

import math
import re

from app.shown_text import shown_text
from app.untrusted.weights.description import Tensor

_DIGITS = re.compile(r"([0-9]+)")
_MOST_NUMBERS = 16  # of a name; each takes a hundred bytes while names are sorted
_NUMBERS = re.compile(r"float(16|32|64)|bfloat16|float8\w*|u?int(8|16|32|64)")


def is_numeric(tensor: Tensor) -> bool:
    """Return whether the values are real numbers, of a type that float32 can hold."""
    return _NUMBERS.fullmatch(tensor.dtype) is not None


def may_be_filters(tensor: Tensor) -> bool:
    """Return whether a tensor has the axes of filters, and values."""
    return is_numeric(tensor) and len(tensor.shape) == 4 and math.prod(tensor.shape) > 0


def natural(name: str) -> list[tuple[str, int]]:
    """Return a sort key that compares the numbers in names by value."""
    parts = _DIGITS.split(name, maxsplit=_MOST_NUMBERS)
    return [
        (text, int(number[:18] or 0))
        for text, number in zip(parts[::2], [*parts[1::2], ""], strict=True)
    ]


def summary(tensor: Tensor) -> str:
    """Return name, shape and type, short enough for a message."""
    sizes = " x ".join(map(str, tensor.shape[:8])) or "one value"
    return f"{shown_text(tensor.name, most=80)} ({sizes}, {tensor.dtype})"
