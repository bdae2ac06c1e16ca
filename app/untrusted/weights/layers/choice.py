"""Which two convolutions of a file are chosen as the layers, and what is to be done with them."""

from dataclasses import dataclass, field
from typing import Literal

Order = Literal["OIHW", "HWIO", "OHWI"]

ORDERS: tuple[Order, ...] = ("OIHW", "HWIO", "OHWI")
NO_BIAS = "none"


@dataclass(frozen=True, kw_only=True)
class LayerChoice:
    """What is chosen for one layer; None leaves it to the reader of the file.

    `bias` is the name of a tensor, or "none". `batch_norm` says whether the BatchNorm behind the convolution is
    folded into it.
    """

    name: str | None = None
    order: Order | None = None
    bias: str | None = None
    batch_norm: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is chosen for both layers; with `bgr` layer 1 is one that reads blue, green and red in this order."""

    first: LayerChoice = field(default_factory=LayerChoice)
    second: LayerChoice = field(default_factory=LayerChoice)
    bgr: bool = False
