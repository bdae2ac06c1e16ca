"""The faint part of every filter of layer 2: an additional kernel on each of the 64 maps.

The construction of a filter names some maps. In the faint part, every map, named or not, gets weight as far as
its own 3x3 pattern agrees with the patterns of the named maps, at every offset within the kernel: positive
weight if it agrees with maps of positive weight, negative if it agrees with maps of negative weight.
"""

from functools import cache

import numpy as np

from app.engine.weights.handmade import layer1
from app.engine.weights.handmade.kernels import Array, HandmadeFilter
from app.engine.weights.handmade.layer1 import AREAS, DARK, LIGHT, SPOTS

FAINT = 1 / 3  # part of a filter's total absolute weight

LUMA = np.array([0.299, 0.587, 0.114])  # weights of red, green and blue in luma: ITU-R BT.601

# Maps that respond alike to a uniform picture. With their mean subtracted, some weights are positive and others
# negative, so that together they hardly respond to a uniform picture.
_ALIKE = [
    *(list(range(family, family + 8)) for family in range(0, AREAS, 8) if family != SPOTS),
    list(range(SPOTS, SPOTS + 6)),
    [SPOTS + 6, *range(LIGHT, AREAS + 8, 2)],  # SPOTS + 6 is "Light, sharpened"
    [SPOTS + 7, *range(DARK, AREAS + 8, 2)],
]


def with_every_map(made: HandmadeFilter) -> HandmadeFilter:
    """Return the filter with a faint kernel added on each of the 64 maps: `weight` is (64, 3, 3).

    The sums of the absolute added and original weights are as FAINT to 1 - FAINT. The less weight the
    construction puts on a map, the more is added there.
    """
    faint = np.einsum("dpq,dpqcij->cij", made.weight, _agreement())  # (64, 3, 3)
    for alike in _ALIKE:
        faint[alike] -= faint[alike].mean(axis=0)
    named = _sizes(made.weight)  # (64, 1, 1)
    faint /= _sizes(faint) * (named + named.mean() / 2)
    for alike in _ALIKE:
        faint[alike] -= faint[alike].mean()
    faint *= FAINT / (1 - FAINT) * named.sum() / np.abs(faint).sum()
    return made._replace(weight=made.weight + faint)


@cache
def _agreement() -> Array:
    """Return the squared cosine similarity of every two patterns at all offsets; 0 if it is negative.

    Shapes:
        return  (64, 3, 3, 64, 3, 3)  map, row and column of one pattern, then of the other
    """
    patterns = np.array([made.weight for made in layer1.filters()])  # (64, 3, 3, 3)
    laid = np.zeros((len(patterns), 3, 3, 3, 5, 5))  # (64, row, col, channel, 5, 5)
    for row, col in np.ndindex(3, 3):
        laid[:, row, col, :, row : row + 3, col : col + 3] = patterns
    laid *= np.sqrt(LUMA)[:, None, None]
    flat = laid.reshape(len(patterns) * 9, -1)  # (576, 75)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    agreement: Array = np.maximum(flat @ flat.T, 0) ** 2  # (576, 576)
    return agreement.reshape(laid.shape[:3] * 2)


def _sizes(weight: Array) -> Array:
    sizes: Array = np.abs(weight).sum(axis=(1, 2), keepdims=True)  # (64, 1, 1)
    return sizes
