"""Guesses which tensors of a file are filters, and the order of their axes."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from app.untrusted.weights.chains import pairs
from app.untrusted.weights.convolution import ORDERS, Convolution, Order, bias_name
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.tensor import Tensor

_DIGITS = re.compile(r"([0-9]+)")
_MOST_NUMBERS = 16  # of a name; each takes a hundred bytes while names are sorted
_OTHER_LAYERS = re.compile(r"transpose|depthwise|deconv", re.IGNORECASE)  # their axes differ
_KERAS_LIKE = re.compile(r"(?:.*[/.])?kernel(?::0)?")  # Keras and Flax


def guess_convolutions(
    tensors: Sequence[Tensor], limits: Limits, *, order: Order | None = None
) -> tuple[Convolution, ...]:
    """Return the tensors that can be filters, in natural order (layer 2 before layer 10), with their axis order.

    `order` is the convention of the format. If there is none, the tensors share the order in which more of them
    have small, square kernels or, failing that, in which two of them chain.
    """
    found = [tensor for tensor in tensors if _may_be_filters(tensor)]
    found.sort(key=lambda tensor: _natural(tensor.name))
    orders = (order,) if order else ORDERS
    read = [[_as_filters(tensor, each) for tensor in found] for each in orders]
    likeliest = max(read, key=lambda convolutions: _likelihood(convolutions, limits))
    by_name = {tensor.name: tensor for tensor in tensors}
    return tuple(_with_bias(each, by_name) for each in likeliest)


def _may_be_filters(tensor: Tensor) -> bool:
    plain = tensor.numeric and tensor.size > 0 and not _OTHER_LAYERS.search(tensor.name)
    return plain and len(tensor.shape) == 4


def _natural(name: str) -> list[tuple[str, int]]:
    """Return a sort key that compares the numbers in names by value."""
    parts = _DIGITS.split(name, maxsplit=_MOST_NUMBERS)
    return [
        (text, int(number[:18] or 0))
        for text, number in zip(parts[::2], [*parts[1::2], ""], strict=True)
    ]


def _as_filters(tensor: Tensor, order: Order) -> Convolution:
    return Convolution(
        name=tensor.name,
        stored=cast("tuple[int, int, int, int]", tensor.shape),
        order="HWIO" if _KERAS_LIKE.fullmatch(tensor.name) else order,
    )


def _likelihood(convolutions: Sequence[Convolution], limits: Limits) -> tuple[int, bool]:
    score = 0
    for found in convolutions:
        *_, height, width = found.shape
        small = height in limits.kernels and width in limits.kernels
        score += small + (small and height == width)
    return score, bool(pairs(convolutions, limits))


def _with_bias(convolution: Convolution, tensors: dict[str, Tensor]) -> Convolution:
    """Return the name of the bias of a weight, if its length fits one of the orders of axes."""
    name = bias_name(convolution.name)
    bias = tensors.get(name) if name else None
    lengths = convolution.stored[0], convolution.stored[-1]
    if bias is None or not bias.numeric or len(bias.shape) != 1 or bias.shape[0] not in lengths:
        return convolution
    return replace(convolution, bias=name)
