"""The frozen settings of the two layers: valid once made, hashable, so that they are cache key and address."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

from app.engine import geometry
from app.engine.errors import SpecError
from app.engine.geometry import Padding

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
Activation = Literal["linear", "relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh"]
Weights = Literal["handmade", "random"]
Normalise = Literal["centre", "none", "imagenet"]

SIZES = range(32, 513)
CHANNELS = (1, 3)
FILTERS = range(1, 129)
KERNELS = range(1, 12)
STRIDES = range(1, 5)
DILATIONS = range(1, 5)
PADDINGS = range(41)  # enough for the widest kernel to touch the picture with one weight only
SEEDS = range(2**32)

HANDMADE_SHAPES = ((64, 3, 3, 3), (32, 64, 3, 3))  # (F, C, kh, kw) of the banks made by hand


@dataclass(frozen=True, kw_only=True)
class LayerSpec:
    """One convolution layer. `weights=None` becomes the default for its shape inside a StackSpec."""

    filters: int
    kernel: tuple[int, int] = (3, 3)
    stride: int = 1
    dilation: int = 1
    padding: Padding = "same"
    padding_mode: PaddingMode = "zeros"
    groups: int = 1
    bias: bool = True
    activation: Activation = "relu"
    weights: Weights | None = None

    def __post_init__(self) -> None:
        _check_range("filters", self.filters, FILTERS)
        for size in self.kernel:
            _check_range("kernel", size, KERNELS)
        _check_range("stride", self.stride, STRIDES)
        _check_range("dilation", self.dilation, DILATIONS)
        if self.padding not in ("same", "valid"):
            _check_range("padding", self.padding, PADDINGS, also="same, valid or ")
        _check_choice("padding_mode", self.padding_mode, get_args(PaddingMode))
        _check_range("groups", self.groups, FILTERS)
        _check_choice("activation", self.activation, get_args(Activation))
        if self.weights is not None:
            _check_choice("weights", self.weights, get_args(Weights))

    def effective_kernel(self) -> tuple[int, int]:
        """Return the height and width that the dilated kernel spans."""
        height, width = (geometry.effective_size(size, self.dilation) for size in self.kernel)
        return height, width

    def output_hw(self, height: int, width: int) -> tuple[int, int]:
        """Return the size of this layer's maps for an input of `height` by `width`; 0 where none fits."""
        rows, columns = (
            geometry.output_size(
                size,
                kernel=kernel,
                stride=self.stride,
                dilation=self.dilation,
                padding=self.padding,
            )
            for size, kernel in zip((height, width), self.kernel, strict=True)
        )
        return rows, columns

    def padding_hw(self, height: int, width: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return ((top, bottom), (left, right)): the pixels added round an input of that size."""
        rows, columns = (
            geometry.padding_before_after(
                size,
                kernel=kernel,
                stride=self.stride,
                dilation=self.dilation,
                padding=self.padding,
            )
            for size, kernel in zip((height, width), self.kernel, strict=True)
        )
        return rows, columns


@dataclass(frozen=True, kw_only=True)
class StackSpec:
    """Two layers and what the first one reads: a square picture of `size` pixels a side."""

    size: int = 256
    channels: int = 3
    normalise: Normalise = "centre"
    layers: tuple[LayerSpec, LayerSpec] = field(
        default_factory=lambda: (LayerSpec(filters=64), LayerSpec(filters=32))
    )
    seed: int = 0

    def __post_init__(self) -> None:
        _check_range("size", self.size, SIZES)
        if self.channels not in CHANNELS:
            raise SpecError("channels", f"is {self.channels}; 1 and 3 would work.")
        _check_choice("normalise", self.normalise, get_args(Normalise))
        _check_range("seed", self.seed, SEEDS)
        self._resolve_weights()
        for number in (1, 2):
            self._check_layer(number)

    @cached_property
    def shapes(self) -> tuple[tuple[int, int, int], ...]:
        """Return (C, H, W) of the image, of layer 1's maps and of layer 2's maps."""
        shapes = [(self.channels, self.size, self.size)]
        for layer in self.layers:
            shapes.append((layer.filters, *layer.output_hw(*shapes[-1][1:])))
        return tuple(shapes)

    def input_shape(self, number: int) -> tuple[int, int, int]:
        """Return (C, H, W) of what layer `number` (1 or 2) reads."""
        return self.shapes[number - 1]

    def output_shape(self, number: int) -> tuple[int, int, int]:
        """Return (F, H', W') of the maps of layer `number` (1 or 2)."""
        return self.shapes[number]

    def channels_per_filter(self, number: int) -> int:
        """Return how many input channels each filter of layer `number` reads."""
        return self.input_shape(number)[0] // self.layers[number - 1].groups

    def channels_read(self, number: int, channel: int) -> range:
        """Return the input channels that the filter of one map reads: those of its group."""
        layer, each = self.layers[number - 1], self.channels_per_filter(number)
        return geometry.group(channel, each, layer.filters // layer.groups)

    def groups_possible(self, number: int) -> tuple[int, ...]:
        """Return every number of groups that divides the channels and the filters of a layer."""
        return geometry.common_divisors(
            self.input_shape(number)[0], self.layers[number - 1].filters
        )

    def weight_shape(self, number: int) -> tuple[int, int, int, int]:
        """Return (F, C // groups, kh, kw) of the weights of layer `number`."""
        layer = self.layers[number - 1]
        return layer.filters, self.channels_per_filter(number), *layer.kernel

    def why_not_handmade(self, number: int) -> str | None:
        """Return why layer `number` cannot use the bank made by hand, or None when it can."""
        bank = HANDMADE_SHAPES[number - 1]
        most, channels, height, width = bank
        if number == 2 and self.layers[0].weights != "handmade":
            return "the bank of layer 2 is built on the 64 made by hand of layer 1"
        if self.input_shape(number)[0] != channels or self.layers[number - 1].groups != 1:
            return f"the bank made by hand reads {channels} channels in one group"
        if self.layers[number - 1].kernel != (height, width):
            return f"the bank made by hand has kernels of {height}x{width}"
        if self.layers[number - 1].filters > most:
            return f"the bank made by hand has {most} filters"
        return None

    def _resolve_weights(self) -> None:
        for number in (1, 2):
            if self.layers[number - 1].weights is None:
                chosen: Weights = "random" if self.why_not_handmade(number) else "handmade"
                layers = list(self.layers)
                layers[number - 1] = replace(layers[number - 1], weights=chosen)
                object.__setattr__(self, "layers", tuple(layers))

    def _check_layer(self, number: int) -> None:
        layer = self.layers[number - 1]
        channels, height, width = self.input_shape(number)
        _check_groups(number, layer, channels)
        _check_fits(number, layer, height, width)
        _check_border(number, layer, height, width)
        why = self.why_not_handmade(number) if layer.weights == "handmade" else None
        if why:
            raise SpecError(f"weights{number}", f"is handmade, but {why}; random would work.")


def _check_groups(number: int, layer: LayerSpec, channels: int) -> None:
    if channels % layer.groups or layer.filters % layer.groups:
        common = geometry.common_divisors(channels, layer.filters)
        raise SpecError(
            f"groups{number}",
            f"is {layer.groups}, which does not divide both the {channels} input channels "
            f"and the {layer.filters} filters of layer {number}; {_listed(common)} would work.",
        )


def _check_fits(number: int, layer: LayerSpec, height: int, width: int) -> None:
    if 0 in layer.output_hw(height, width):
        spans = "x".join(map(str, layer.effective_kernel()))
        raise SpecError(
            f"kernel{number}",
            f"spans {spans} pixels (dilation {layer.dilation}), but layer {number} reads only "
            f"{height}x{width}; a smaller kernel{number} or dilation{number}, padding{number}=same or a "
            "larger size would work.",
        )


def _check_border(number: int, layer: LayerSpec, height: int, width: int) -> None:
    most = {"reflect": min(height, width) - 1, "circular": min(height, width)}.get(
        layer.padding_mode
    )
    widest = max(max(pair) for pair in layer.padding_hw(height, width))
    if most is not None and widest > most:
        raise SpecError(
            f"padding_mode{number}",
            f"is {layer.padding_mode}, which can add at most {most} pixels to "
            f"{height}x{width}, not {widest}; zeros or replicate would work.",
        )


def _check_range(name: str, given: object, allowed: range, *, also: str = "") -> None:
    if type(given) is not int or given not in allowed:
        raise SpecError(name, f"is {given}; {also}{allowed[0]} to {allowed[-1]} would work.")


def _check_choice(name: str, given: object, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        raise SpecError(name, f"is {given}; {_listed(allowed)} would work.")


def _listed(values: Iterable[object]) -> str:
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
