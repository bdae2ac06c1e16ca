"""How far one input channel reaches: what it adds to every map of a layer."""

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.conv import conv2d
from app.engine.compute.trace import Trace
from app.engine.errors import PlaceError
from app.engine.spec import windows


def contributions_of(trace: Trace, layer: int, channel: int, *, threads: int = 1) -> Float:
    """Return what one input channel adds to each pre-activation map; zero for maps of other groups.

    Shapes:
        return  (F, H', W')

    Raises:
        PlaceError: there is no such layer or input channel.
    """
    windows.check_place(trace.spec, layer)
    x, one = trace.input_of(layer), trace.layers[layer - 1]
    if channel not in range(len(x)):
        raise PlaceError("channel", channel, range(len(x)))
    kernels = one.bank.full[:, channel]  # (F, kh, kw)
    alone = one.spec.sliding(filters=len(kernels))
    no_bias = np.zeros(len(kernels), np.float32)
    return conv2d(x[channel][None], kernels[:, None], no_bias, alone, threads=threads)
