"""The type of every array of maps and weights, and where new ones come from."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Empty = Callable[[tuple[int, ...]], Float]  # makes an array whose values do not matter


def fresh(shape: tuple[int, ...]) -> Float:
    """Return a new array, values undefined: the default where a caller has no memory to reuse."""
    return np.empty(shape, np.float32)
