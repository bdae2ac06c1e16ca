"""The type of every array of feature maps and weights, and how new ones are allocated."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Empty = Callable[[tuple[int, ...]], Float]  # allocates an array of a shape, values undefined


def fresh(shape: tuple[int, ...]) -> Float:
    """Allocate a float32 array of `shape`, values undefined: the default where a caller has no memory to reuse.

    Shapes: any; the result has the shape `shape`.
    """
    return np.empty(shape, np.float32)
