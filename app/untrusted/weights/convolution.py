"""A tensor that can be the filters of a convolution: what its axes mean, and what the file states about it."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from app.shown_text import shown_text
from app.untrusted.weights.limits import Limits

Order = Literal["OIHW", "HWIO"]

ORDERS: tuple[Order, ...] = ("OIHW", "HWIO")

_WEIGHT = re.compile(r"(?P<stem>.*?)(?P<word>weights?|kernels?|filters?|[wW])(?P<tail>\d*(?::0)?)")
_KERAS_WEIGHT = re.compile(r"(?P<stem>.*vars/)0")
_BIAS_WORDS = {"weights": "biases", "kernels": "biases", "filters": "biases", "w": "b", "W": "b"}


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Stride, padding and dilation as stated in a file: information only, since the stack has its own settings.

    `pads` has the padding before each axis, then the padding after each: (top, left, bottom, right).
    """

    strides: tuple[int, ...] = (1, 1)
    dilations: tuple[int, ...] = (1, 1)
    pads: tuple[int, ...] = (0, 0, 0, 0)
    auto_pad: str = "NOTSET"


@dataclass(frozen=True, kw_only=True)
class Convolution:
    """The filters of a convolution as a file stores them.

    `order` names the axes of `stored`: outputs O, inputs I, height H and width W. It is a guess unless the
    format states it. `groups` is None if the file does not state it.
    """

    name: str
    stored: tuple[int, int, int, int]
    order: Order
    bias: str | None = None
    groups: int | None = None
    placement: Placement | None = None

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Return (F, C / groups, kh, kw)."""
        sizes = dict(zip(self.order, self.stored, strict=True))
        return sizes["O"], sizes["I"], sizes["H"], sizes["W"]

    @property
    def filters(self) -> int:
        """Return the number of filters."""
        return self.shape[0]

    @property
    def channels(self) -> int:
        """Return the number of input channels, as far as the file states it."""
        return self.shape[1] * (self.groups or 1)

    def fits(self, limits: Limits) -> bool:
        """Return whether a layer of the stack can have these filters."""
        filters, channels, height, width = self.shape
        within = filters in limits.filters and channels in limits.filters
        grouped = self.groups is None or (self.groups > 0 and filters % self.groups == 0)
        return within and grouped and height in limits.kernels and width in limits.kernels

    def read_as(self, order: Order | None) -> "Convolution":
        """Return the same convolution with the order of its axes corrected."""
        return replace(self, order=order) if order else self

    def __str__(self) -> str:
        filters, channels, height, width = self.shape
        name = shown_text(self.name, most=80)
        return (
            f"{name} ({filters} filters of {height} × {width} × {channels}, read as {self.order})"
        )


def bias_name(name: str) -> str | None:
    """Return the usual name of the bias that belongs to a weight; None where there is no usual name.

    Keras: `vars/0` and `vars/1`, or `kernel` and `bias`; PyTorch: `weight` and `bias`; by hand: `w1` and `b1`.
    """
    keras = _KERAS_WEIGHT.fullmatch(name)
    if keras:
        return f"{keras['stem']}1"
    found = _WEIGHT.fullmatch(name)
    if found is None:
        return None
    return f"{found['stem']}{_BIAS_WORDS.get(found['word'], 'bias')}{found['tail']}"
