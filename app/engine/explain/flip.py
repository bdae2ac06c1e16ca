"""Cross-correlation compared with true convolution: how far their maps differ."""

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Empty, fresh
from app.engine.compute.filters import flipped
from app.engine.compute.forward import convolve
from app.engine.compute.trace import Trace
from app.engine.spec import windows


def greatest_differences(
    trace: Trace, layer: int, *, threads: int = 1, empty: Empty = fresh
) -> NDArray[np.float64]:
    """Return the greatest difference of each pre-activation map from the map with flipped kernels.

    Rotating the kernels by 180° turns cross-correlation into convolution and back. Both versions read the same
    input maps, although flipping the stack also changes the layer below. A filter whose kernels are all
    symmetric under that rotation gives exactly 0, since both sums add the same numbers in the same order.

    Shapes:
        return  (F,)

    Raises:
        PlaceError: there is no such layer.
    """
    windows.check_place(trace.spec, layer)
    this = trace.layers[layer - 1]
    x, bank = trace.input_of(layer), flipped(this.bank)
    other = convolve(x, bank, this.spec, threads=threads, empty=empty)  # (F, H', W')
    pairs = zip(other, this.preactivation, strict=True)  # map by map: a difference fits the cache
    return np.array([np.abs(one - stored).max() for one, stored in pairs], np.float64)
