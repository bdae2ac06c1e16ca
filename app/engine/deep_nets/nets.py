"""Deep nets as lists of square convolutions and pools, such as `conv3-64,pool2`: parsed, written, validated."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from app.engine.errors import SpecError
from app.engine.spec.geometry import Padding
from app.messages import sentence

MOST_LAYERS = 64
FILTERS = range(1, 4097)
SPANS = range(1, 33)  # kernels, strides, dilations and the sides of pools
PADDINGS = range(65)

NUMBER = "(0|[1-9][0-9]{0,4})"
CONVOLUTION = re.compile(f"conv{NUMBER}-{NUMBER}(?:s{NUMBER})?(?:p{NUMBER})?(?:d{NUMBER})?")
POOLING = re.compile(f"pool{NUMBER}(?:s{NUMBER})?")
MOST_SHOWN = 30  # characters of an unreadable entry to quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Convolution:
    """A layer of square kernels, with a bias for each filter."""

    kernel: int
    filters: int
    stride: int = 1
    padding: Literal["same"] | int = "same"
    dilation: int = 1

    def __str__(self) -> str:
        """Return the entry that stands for it in a list of layers."""
        padding = "" if self.padding == "same" else f"p{self.padding}"
        stride = "" if self.stride == 1 else f"s{self.stride}"
        dilation = "" if self.dilation == 1 else f"d{self.dilation}"
        return f"conv{self.kernel}-{self.filters}{stride}{padding}{dilation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooling:
    """A layer of square pools without padding: what no whole pool covers is dropped."""

    kernel: int
    stride: int
    padding: ClassVar[Padding] = "valid"
    dilation: ClassVar[int] = 1

    def __str__(self) -> str:
        """Return the entry that stands for it in a list of layers."""
        return f"pool{self.kernel}" + ("" if self.stride == self.kernel else f"s{self.stride}")


Layer = Convolution | Pooling


def parse(text: str) -> tuple[Layer, ...]:
    """Read a list of layers such as `conv3-64,pool2`.

    `conv3-64` has 64 filters of 3x3; `s2` after it is its stride (1), `p1` its padding (`same`), `d2`
    its dilation (1), in this order. `pool2` takes 2x2 pixels; `s1` after it is its stride (its side).

    Raises:
        SpecError: an entry cannot be read or is out of range, or there are too many.
    """
    return checked([_layer(*entry) for entry in enumerate(text.split(","), 1)])


def written(layers: Iterable[Layer]) -> str:
    """Return the list that `parse` reads as these layers, defaults left out."""
    return ",".join(map(str, layers))


def checked(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return the layers.

    Raises:
        SpecError: one is out of range, or there are too many or none.
    """
    if not 0 < len(layers) <= MOST_LAYERS:
        raise SpecError(
            "layers",
            sentence(
                "{field} has {count} entries; 1 to {most} would work.",
                count=len(layers),
                most=MOST_LAYERS,
            ),
        )
    for position, layer in enumerate(layers, 1):
        for what, given, allowed in _bounds(layer):
            if given not in allowed:
                raise SpecError(
                    "layers",
                    sentence(
                        "{field} has {layer} as entry {position}, with {what} {given}; {first} to {last} "
                        "would work.",
                        layer=layer,
                        position=position,
                        what=what,
                        given=given,
                        first=allowed[0],
                        last=allowed[-1],
                    ),
                )
    return tuple(layers)


def _layer(position: int, entry: str) -> Layer:
    if match := CONVOLUTION.fullmatch(entry):
        kernel, filters, stride, padding, dilation = match.groups()
        return Convolution(
            kernel=int(kernel),
            filters=int(filters),
            stride=int(stride or 1),
            padding="same" if padding is None else int(padding),
            dilation=int(dilation or 1),
        )
    if match := POOLING.fullmatch(entry):
        side, stride = match.groups()
        return Pooling(kernel=int(side), stride=int(stride or side))
    shown = entry if len(entry) <= MOST_SHOWN else f"{entry[:MOST_SHOWN]}…"
    raise SpecError(
        "layers",
        sentence(
            "{field} has {shown!r} as entry {position}; entries such as conv3-64 or pool2 "
            "would work, with s2 for a stride and, after conv, p1 for a padding and d2 for a "
            "dilation, in this order.",
            shown=shown,
            position=position,
        ),
    )


def _bounds(layer: Layer) -> Iterator[tuple[str, int, range]]:
    yield "kernel" if isinstance(layer, Convolution) else "side", layer.kernel, SPANS
    yield "stride", layer.stride, SPANS
    yield "dilation", layer.dilation, SPANS
    if isinstance(layer, Convolution):
        yield "filters", layer.filters, FILTERS
    if isinstance(layer.padding, int):
        yield "padding", layer.padding, PADDINGS


# Simonyan & Zisserman, "Very deep convolutional networks for large-scale image recognition" (2014),
# table 1, column D: its 13 convolutions and 5 pools, without the three fully connected layers.
VGG16 = parse(
    "conv3-64,conv3-64,pool2,"
    "conv3-128,conv3-128,pool2,"
    "conv3-256,conv3-256,conv3-256,pool2,"
    "conv3-512,conv3-512,conv3-512,pool2,"
    "conv3-512,conv3-512,conv3-512,pool2"
)
