"""Cross-correlation and true convolution beside one another: how far their maps differ."""

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Empty, fresh
from app.engine.compute.filters import turned
from app.engine.compute.forward import convolve
from app.engine.compute.trace import Trace
from app.engine.spec import windows


def greatest_differences(
    trace: Trace, layer: int, *, threads: int = 1, empty: Empty = fresh
) -> NDArray[np.float64]:
    """Return how far each pre-activation map of a layer is at most from that with its kernels turned.

    Turned by half a turn, kernels that were correlated are convolved, and the other way round. Both
    read the same maps, whatever the switch does to the layer below. A filter whose kernels all look the
    same after half a turn gives exactly 0: both sums are of the same numbers in the same order.

    Shapes:
        return  (F,)

    Raises:
        PlaceError: there is no such layer.
    """
    windows.check_place(trace.spec, layer)
    this = trace.layers[layer - 1]
    x, bank = trace.input_of(layer), turned(this.bank)
    other = convolve(x, bank, this.spec, threads=threads, empty=empty)  # (F, H', W')
    pairs = zip(other, this.preactivation, strict=True)  # map by map: a difference fits the cache
    return np.array([np.abs(one - stored).max() for one, stored in pairs], np.float64)
