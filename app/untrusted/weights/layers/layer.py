"""A convolution found in a file, as a layer of the stack can have it, with what belongs to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from app.messages import Message, sentence
from app.shown_text import shown_text
from app.untrusted.weights.description import Trust
from app.untrusted.weights.limits import Limits

LayerKind = Literal["standard", "depthwise", "separable", "pointwise_first", "transposed"]
Shape = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class BatchNorm:
    """The names of the vectors of a BatchNorm directly behind a convolution, by their role, and its epsilon."""

    label: str
    parts: Mapping[str, str]
    epsilon: float
    trust: Trust


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What a file states about a layer: settings of the layer by their names, and what the stack cannot have."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    unfollowed: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FoundLayer:
    """One convolution. `name` is that of its weight in the file, or of the kernels of a separable one.

    `order` names the axes of `stored`: outputs O, inputs I, multiplier M, height H, width W. `groups` and
    `multiplier` are None where the file does not state them. `order_trust` and `bias_trust` say how the order
    and the bias were found. `guesses_channels` says that it reads a picture whose channels the shapes leave open.
    """

    name: str
    kind: LayerKind
    stored: Shape
    order: str
    order_trust: Trust = "placed"
    groups: int | None = None
    guesses_channels: bool = False
    pointwise: str | None = None
    pointwise_stored: tuple[int, ...] = ()
    pointwise_order: str = "OIHW"
    bias: str | None = None
    bias_length: int = 0
    bias_trust: Trust = "stated"
    batch_norm: BatchNorm | None = None
    followed: Followed | None = None  # None where the file states nothing
    trust: Trust = "stated"

    @property
    def shape(self) -> Shape:
        """Return the shape of the kernels as `FilterBank` stores them, without the pointwise factor."""
        sizes = dict(zip(self.order, self.stored, strict=True))
        if "M" in sizes:
            return sizes["I"] * sizes["M"], 1, sizes["H"], sizes["W"]
        return sizes["O"], sizes["I"], sizes["H"], sizes["W"]

    @property
    def pointwise_shape(self) -> tuple[int, int]:
        """Return (outputs, inputs) of the pointwise factor."""
        sizes = dict(zip(self.pointwise_order, self.pointwise_stored, strict=True))
        return sizes["O"], sizes["I"]

    @property
    def filters(self) -> int:
        """Return the number of output channels."""
        return self.pointwise_shape[0] if self.kind == "separable" else self.shape[0]

    @property
    def multiplier(self) -> int:
        """Return the kernels for each input channel, or for each output of a pointwise-first layer."""
        if self.kind == "pointwise_first":
            return self.shape[1]
        if self.kind in ("depthwise", "separable") and self.channels:
            return self.shape[0] // self.channels
        return 1

    @property
    def channels(self) -> int:
        """Return the number of input channels, as far as the file states it."""
        if self.kind == "pointwise_first":
            return self.pointwise_shape[1]
        if "M" in self.order:
            return self.stored[self.order.index("I")]
        if self.kind in ("depthwise", "separable"):
            return self.groups or 0
        return self.shape[1] * (self.groups or 1)

    def fits(self, limits: Limits) -> bool:
        """Return whether a layer of the stack can have these filters."""
        kernels, *_, height, width = self.shape
        counts = [self.filters, self.shape[1], kernels]
        if self.groups is not None:
            counts.append(self.channels)
        grouped = self.groups is None or (self.groups > 0 and kernels % self.groups == 0)
        return (
            self.kind != "transposed"
            and grouped
            and all(count in limits.filters for count in counts)
            and height in limits.kernels
            and width in limits.kernels
        )

    def read_as(self, order: str | None) -> "FoundLayer":
        """Return the same convolution with the order of its axes corrected."""
        if order is None or order == self.order or set(order) != set(self.order):
            return self
        return replace(self, order=order, order_trust="stated")

    def description(self) -> Message:
        """Describe the convolution in a message: name, filters and the order of its axes."""
        _, channels, height, width = self.shape
        return sentence(
            "{name} ({filters} filters of {height} × {width} × {channels}, read as {order})",
            name=shown_text(self.name, most=80),
            filters=self.filters,
            height=height,
            width=width,
            channels=channels,
            order=self.order,
        )
