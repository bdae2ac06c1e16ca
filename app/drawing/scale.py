"""Where a scale of colours ends, and what lies beyond it: measured on values as they are drawn."""

import numpy as np
from numpy.typing import NDArray

BEYOND = 0.01  # share of the drawn values that have the last colour of a scale
SAMPLED = 50_000  # values are enough for that share, and take a millisecond

Float = NDArray[np.float32]


def end_of(drawn: Float) -> float:
    """Return an absolute value that about 1 in 100 of all values exceed; the greatest if that is 0.

    A few strong values would otherwise leave all others pale. Reads evenly spread values, about
    `SAMPLED` of them.

    Shapes:
        drawn  any, such as the block means (F, h, w) of a sheet
    """
    values = drawn.reshape(-1)
    if not values.size:
        return 0.0
    magnitudes = np.abs(values[:: max(values.size // SAMPLED, 1) | 1])  # odd: not one column only
    place = min(int(magnitudes.size * (1 - BEYOND)), magnitudes.size - 1)
    end = float(np.partition(magnitudes, place)[place])
    return end if end > 0 else float(np.abs(values).max())


def share_beyond(drawn: Float, end: float) -> float:
    """Return the share of the drawn values with an absolute value above the end of their scale.

    Shapes: any.
    """
    count = np.count_nonzero(drawn > end) + np.count_nonzero(drawn < -end)
    return count / drawn.size if drawn.size else 0.0
