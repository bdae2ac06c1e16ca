"""The two handmade banks, built and scaled by their gains."""

from functools import cache

import numpy as np

from app.engine.weights.gains import GAINS
from app.engine.weights.handmade import layer1, layer2
from app.engine.weights.handmade.kernels import HandmadeFilter
from app.engine.weights.request import BankWeights


def unbalanced(number: int) -> list[HandmadeFilter]:
    """Return the filters of layer `number` (1 or 2) as they are built, before their gains."""
    return layer1.filters() if number == 1 else layer2.filters()


@cache
def bank(number: int) -> BankWeights:
    """Return all filters of layer `number` (1 or 2), with weights and biases multiplied by their gains.

    The arrays are read-only, since all callers share them.

    Shapes:
        weight  layer 1 (64, 3, 3, 3), layer 2 (32, 64, 3, 3)
        bias    (64,) and (32,)
    """
    return scaled(unbalanced(number), GAINS[number])


def scaled(filters: list[HandmadeFilter], gains: tuple[float, ...]) -> BankWeights:
    """Return `filters` as a bank, the weight and bias of each multiplied by its family's gain.

    Shapes: weight (F, C, 3, 3), bias (F,), both float32.
    """
    gain = np.array(gains)
    weight = np.array([made.weight for made in filters]) * gain[:, None, None, None]
    bias = np.array([made.bias for made in filters]) * gain
    arrays = weight.astype(np.float32), bias.astype(np.float32)  # (F, C, 3, 3), (F,)
    for array in arrays:
        array.flags.writeable = False
    return BankWeights(*arrays, names=tuple(made.name for made in filters))
