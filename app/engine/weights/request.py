"""The request to a bank of weights, and the weights that it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import ShapeError
from app.messages import Message, sentence

Array = NDArray[np.float64]
Pair = tuple[int, int]
Initialiser = Literal["he", "glorot", "lecun", "orthogonal"]
Distribution = Literal["normal", "uniform", "truncated"]


@dataclass(frozen=True, kw_only=True)
class BankRequest:
    """The shape of one standard layer, and the settings of random weights.

    `number` is the number of the layer (1 or 2), `channels` is how many channels each filter reads (C //
    groups), and `first` is the name of layer 1's bank in requests for layer 2, if it is known.
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
        """The number of filters in each group."""
        return self.filters // self.groups

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """The shape of the weight, (F, C // groups, kh, kw)."""
        return self.filters, self.channels, *self.kernel

    @property
    def reads_colours(self) -> bool:
        """Whether the channels are red, green and blue."""
        return self.number == 1 and self.channels == 3


class Filter(NamedTuple):
    """One filter in float64, before rounding to float32: `weight` is (C // groups, kh, kw)."""

    name: Message
    weight: Array


class BankWeights(NamedTuple):
    """The weights of a layer.

    Shapes:
        weight  (F, C // groups, kh, kw)  float32, read-only
        bias    (F,)                      float32, read-only
        names   F names, or none if the filters have no names
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    names: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bank:
    """A named bank: `title` is shown in the menu, `how_made` on the page.

    `why_not` returns why the bank cannot fill the requested shape and what would work, as a clause that
    follows "but"; None if it can.

    Shapes: those of `BankWeights`.
    """

    name: str
    title: Message
    build: Callable[[BankRequest], BankWeights]
    how_made: Callable[[BankRequest], Message]
    why_not: Callable[[BankRequest], Message | None]

    def make(self, request: BankRequest) -> BankWeights:
        """Return the weights (F, C, kh, kw) and biases (F,) for a layer of the requested shape.

        Raises:
            ShapeError: the bank cannot fill that shape; the message says which it could fill.
        """
        why = self.why_not(request)
        if why:
            raise ShapeError(
                sentence(
                    "weights{number} is {weights}, but {why}.",
                    number=request.number,
                    weights=self.name,
                    why=why,
                )
            )
        made = self.build(request)
        for array in (made.weight, made.bias):
            array.flags.writeable = False
        return made


def build_per_group(request: BankRequest, filters: Callable[[int], list[Filter]]) -> BankWeights:
    """Build the filters of each group of the layer, one group after the other, with biases of 0.

    `filters` makes those of one group; its argument is the first channel of the group, for their names.

    Shapes: weight (F, C // groups, kh, kw), bias (F,).
    """
    made = [one for group in range(request.groups) for one in filters(group * request.channels)]
    weight = np.array([one.weight for one in made], np.float32)  # (F, C // groups, kh, kw)
    bias = np.zeros(request.filters, np.float32)
    return BankWeights(weight, bias, tuple(one.name for one in made))


def size_text(kernel: Pair) -> str:
    """Write the size of a kernel, as in "3 × 5"."""
    return f"{kernel[0]} × {kernel[1]}"
