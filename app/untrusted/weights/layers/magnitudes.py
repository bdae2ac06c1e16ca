"""Refuses weights so large that a pass overflows, from the largest value that each layer can give."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.messages import sentence
from app.untrusted.weights.errors import BadValues

LARGEST_INPUT = 10.0  # of a picture after its normalisation, generously
LARGEST_VALUE = 1e36  # what a map may hold, so that sums over all maps stay within float32, which ends at 3.4e38

Bank = tuple[NDArray[Any], NDArray[np.float32] | None]


def refuse_overflow(banks: tuple[Bank, Bank], names: tuple[str, str]) -> None:
    """Refuse two layers whose maps could overflow, whatever picture they read.

    `banks` are the weight of each layer, (F, ...), and its bias, (F,) or None.

    Raises:
        BadValues: names the layer, its largest weight and the largest value of a map.
    """
    largest = LARGEST_INPUT
    for (weight, bias), name in zip(banks, names, strict=True):
        sums = np.abs(weight.reshape(len(weight), -1)).sum(1, dtype=np.float64)
        added = 0.0 if bias is None else np.abs(bias.astype(np.float64))
        largest = max(float((sums * largest + added).max()), 1.0)
        if largest > LARGEST_VALUE:
            raise BadValues(
                sentence(
                    "{name} has weights of up to {weight:.2g}, with which a map can reach {value:.2g}; "
                    "weights whose maps stay below {most:.0e} would work.",
                    name=name,
                    weight=float(np.abs(weight).max()),
                    value=largest,
                    most=LARGEST_VALUE,
                )
            )
