"""The order of the axes of filters: as the file states it, else one guess for all tensors together."""

import re
from collections.abc import Sequence
from dataclasses import replace

from app.untrusted.weights.description import Format
from app.untrusted.weights.layers.chain import any_chains
from app.untrusted.weights.layers.choice import ORDERS, Order
from app.untrusted.weights.layers.layer import FoundLayer
from app.untrusted.weights.limits import Limits

_KERAS_LIKE = re.compile(r"(?:.*[/.])?kernel(?::0)?", re.DOTALL)  # Keras and Flax
_PREFERRED: dict[Format, Order] = {"Keras": "HWIO", "HDF5": "HWIO"}


def with_orders(
    layers: Sequence[FoundLayer], format: Format, limits: Limits
) -> tuple[FoundLayer, ...]:
    """Return the layers with the order of their axes.

    Those whose order is not stated share the order in which more of them have small, square kernels or, failing
    that, in which two of them chain. A tensor called `kernel` is as in Keras and Flax, if it fits.
    """
    preferred = _PREFERRED.get(format, "OIHW")
    orders = sorted(ORDERS, key=lambda order: order != preferred)
    read = [tuple(_read_as(layer, order, limits) for layer in layers) for order in orders]
    like_pytorch = any(layer.name.endswith(".weight") for layer in layers)
    favoured = "OIHW" if like_pytorch else None
    likelihoods = [
        _likelihood(one, limits, favours=order == favoured)
        for order, one in zip(orders, read, strict=True)
    ]
    return read[likelihoods.index(max(likelihoods))]


def _read_as(layer: FoundLayer, order: Order, limits: Limits) -> FoundLayer:
    if layer.order_trust == "stated":
        return layer
    if _KERAS_LIKE.fullmatch(layer.name):
        like_keras = replace(layer, order="HWIO")
        if all(side in limits.kernels for side in like_keras.shape[2:]):
            return like_keras
    return replace(layer, order=order)


def _likelihood(layers: Sequence[FoundLayer], limits: Limits, *, favours: bool) -> tuple[int, bool]:
    score = int(favours)  # so that one doubtful shape does not outweigh a name
    for found in layers:
        *_, height, width = found.shape
        small = height in limits.kernels and width in limits.kernels
        score += small + (small and height == width)
    return score, any_chains(layers, limits)
