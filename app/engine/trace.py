"""The recorded arrays of one forward pass."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.spec import LayerSpec, StackSpec

Float = NDArray[np.float32]
Empty = Callable[[tuple[int, ...]], Float]  # makes an array whose values do not matter


def fresh(shape: tuple[int, ...]) -> Float:
    """Return a new array, values undefined: the default where a caller has no memory to reuse."""
    return np.empty(shape, np.float32)


@dataclass(frozen=True)
class FilterBank:
    """The weights of one layer, with the names that their construction gives them.

    Shapes:
        weight  (F, C // groups, kh, kw)
        bias    (F,)
        names   F names, or none where nothing can be said of the filters
    """

    weight: Float
    bias: Float
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class LayerTrace:
    """What one layer did. All arrays are read-only.

    Shapes:
        preactivation  (F, H', W')
        activation     (F, H', W')  the same array as `preactivation` where the activation is linear
    """

    spec: LayerSpec
    bank: FilterBank
    preactivation: Float
    activation: Float


@dataclass(frozen=True)
class Trace:
    """One pass of an image through the stack: `image` (C, H, W) is what layer 1 reads.

    `heard` (C, H, W) is what layer 2 reads where that is not the whole activation of layer 1,
    because some of its maps are muted.
    """

    spec: StackSpec
    image: Float
    layers: tuple[LayerTrace, LayerTrace]
    heard: Float | None = None

    def input_of(self, number: int) -> Float:
        """Return what layer `number` (1 or 2) reads, (C, H, W)."""
        if number == 1:
            return self.image
        return self.layers[0].activation if self.heard is None else self.heard
