"""The request for weights to a named bank, and the weights that the bank returns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ShapeError

Array = NDArray[np.float64]
Pair = tuple[int, int]
Initialiser = Literal["he", "glorot", "lecun", "orthogonal"]
Distribution = Literal["normal", "uniform", "truncated"]


@dataclass(frozen=True, kw_only=True)
class BankRequest:
    """The shape of one standard layer, and the settings of random weights.

    `number` is the layer (1 or 2), `channels` the channels that each filter reads (C // groups). In a request
    for layer 2, `first` names the bank of layer 1 if it is known.
    """

    number: int
    filters: int
    channels: int
    kernel: Pair
    groups: int = 1
    seed: int = 0
    initialiser: Initialiser = "he"
    distribution: Distribution = "normal"
    first: str | None = None

    @property
    def each(self) -> int:
        """Return the number of filters in each group."""
        return self.filters // self.groups

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Return the shape of the weight, (F, C // groups, kh, kw)."""
        return self.filters, self.channels, *self.kernel

    @property
    def reads_colours(self) -> bool:
        """Return whether the channels are red, green and blue."""
        return self.number == 1 and self.channels == 3


class Filter(NamedTuple):
    """One filter before it is rounded to float32: `weight` is (C // groups, kh, kw)."""

    name: str
    weight: Array


class BankWeights(NamedTuple):
    """The weights of a layer.

    Shapes:
        weight  (F, C // groups, kh, kw)  float32, read-only
        bias    (F,)                      float32, read-only
        names   F names, or none where the filters have no names
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bank:
    """A named bank: `title` is shown in the menu, `how_made` on the page.

    `why_not` returns why it cannot fill the requested shape, and what would work, as a clause after "but"; None
    if it can.
    """

    name: str
    title: str
    build: Callable[[BankRequest], BankWeights]
    how_made: Callable[[BankRequest], str]
    why_not: Callable[[BankRequest], str | None]

    def make(self, request: BankRequest) -> BankWeights:
        """Return the weights for a layer of the requested shape.

        Raises:
            ShapeError: the bank cannot fill that shape; says which it could.
        """
        why = self.why_not(request)
        if why:
            raise ShapeError(f"weights{request.number} is {self.name}, but {why}.")
        made = self.build(request)
        for array in (made.weight, made.bias):
            array.flags.writeable = False
        return made


def build_per_group(request: BankRequest, filters: Callable[[int], list[Filter]]) -> BankWeights:
    """Build the filters of each group in turn, and join them into one bank without biases.

    `filters` is called with the first channel of each group, which it uses in the names.
    """
    made = [one for group in range(request.groups) for one in filters(group * request.channels)]
    weight = np.array([one.weight for one in made], np.float32)  # (F, C // groups, kh, kw)
    bias = np.zeros(request.filters, np.float32)
    return BankWeights(weight, bias, tuple(one.name for one in made))


def size_text(kernel: Pair) -> str:
    """Write the size of a kernel, as in "3 × 5"."""
    return f"{kernel[0]} × {kernel[1]}"
