"""The frozen settings of the two layers: validated when created, and hashable, so that they serve as cache key.

The settings of one layer are in `app.engine.spec.layer` and can be imported from here too.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from app.engine.errors import SpecError, check_range
from app.engine.spec import checks, counts, edits, geometry, normalisation, weight_names
from app.engine.spec.counts import CostRow, Layout
from app.engine.spec.edits import Edit
from app.engine.spec.geometry import Count, Kind
from app.engine.spec.layer import (
    DILATIONS,
    FILTERS,
    KERNELS,
    MULTIPLIERS,
    PADDINGS,
    POOL_SIZES,
    STRIDES,
    Activation,
    LayerSpec,
    PaddingMode,
    Pool,
    kept_shapes,
)
from app.engine.spec.normalisation import Normalise
from app.engine.weights.request import BankRequest
from app.messages import Message, sentence

__all__ = [
    "CHANNELS",
    "DILATIONS",
    "FILTERS",
    "KERNELS",
    "MULTIPLIERS",
    "PADDINGS",
    "POOL_SIZES",
    "SEEDS",
    "SIZES",
    "STRIDES",
    "Activation",
    "Kind",
    "LayerSpec",
    "Normalise",
    "PaddingMode",
    "Pool",
    "StackSpec",
]

SIZES = range(32, 513)
CHANNELS = (1, 3)
SEEDS = range(2**32)
STEPS = range(10**7)


@dataclass(frozen=True, kw_only=True)
class StackSpec:
    """Two layers and the input of the first: a square picture of `size` x `size` pixels.

    `step` is the training step whose weights are used, or None for the last; it applies to trained weights only.
    """

    size: int = 256
    channels: int = 3
    normalise: Normalise = "centre"
    layers: tuple[LayerSpec, LayerSpec] = field(
        default_factory=lambda: (LayerSpec(filters=64), LayerSpec(filters=32))
    )
    seed: int = 0
    flip: bool = False
    step: int | None = None

    def __post_init__(self) -> None:
        check_range("size", self.size, SIZES)
        if self.channels not in CHANNELS:
            raise SpecError(
                "channels", sentence("{field} is {given}; 1 and 3 would work.", given=self.channels)
            )
        normalisation.check(self.normalise, self.channels)
        check_range("seed", self.seed, SEEDS)
        if self.step is not None:
            check_range("step", self.step, STEPS)
        self._resolve_filters()
        self._resolve_weights()
        for number in (1, 2):
            self._check_layer(number)
            self._drop_unfit_edits(number)

    @cached_property
    def shapes(self) -> tuple[tuple[int, int, int], ...]:
        """Return (C, H, W) of the image, of layer 1's output and of layer 2's output, pools included."""
        shapes = [(self.channels, self.size, self.size)]
        for layer in self.layers:
            shapes.append((layer.filters, *layer.output_hw(*shapes[-1][1:])))
        return tuple(shapes)

    def input_shape(self, number: int) -> tuple[int, int, int]:
        """Return (C, H, W) of the input of layer `number` (1 or 2)."""
        return self.shapes[number - 1]

    def map_shape(self, number: int) -> tuple[int, int, int]:
        """Return (F, H', W') of the pre-activations and activations of layer `number`, before any pool."""
        layer = self.layers[number - 1]
        return layer.filters, *layer.map_hw(*self.input_shape(number)[1:])

    def output_shape(self, number: int) -> tuple[int, int, int]:
        """Return (F, H'', W'') of the output of layer `number`: its activations, pooled if it has a pool."""
        return self.shapes[number]

    def intermediate_shape(self, number: int) -> tuple[int, int, int] | None:
        """Return (M, h, w) of the intermediate maps between the factors of layer `number`; None without
        factors.
        """
        layer, (channels, height, width) = self.layers[number - 1], self.input_shape(number)
        if not layer.factored:
            return None
        return layer.intermediates(channels), *layer.steps(channels)[0].map_hw(height, width)

    def kept_shapes(self, number: int) -> tuple[tuple[int, int, int], ...]:
        """Return the shapes of the maps of layer `number` that a pass stores, each array once."""
        layer = self.layers[number - 1]
        return kept_shapes(
            layer.activation, layer.pool, self.map_shape(number), self.output_shape(number)
        )

    def channels_per_filter(self, number: int) -> int:
        """Return how many input channels each filter of layer `number` reads."""
        channels = self.input_shape(number)[0]
        return channels // self.layers[number - 1].full_groups(channels)

    def channels_read(self, number: int, channel: int) -> range:
        """Return the input channels that the filter of map `channel` reads: those of its group."""
        layer, channels = self.layers[number - 1], self.input_shape(number)[0]
        groups = layer.full_groups(channels)
        return geometry.group(channel, channels // groups, layer.filters // groups)

    def groups_possible(self, number: int) -> tuple[int, ...]:
        """Return every number of groups that layer `number` can have; only a standard layer can have more than
        1.
        """
        layer = self.layers[number - 1]
        if layer.kind != "standard":
            return (1,)
        return geometry.common_divisors(self.input_shape(number)[0], layer.filters)

    def fixed(self, number: int) -> dict[str, Message]:
        """Return the settings of layer `number` that are determined by its others, with values and reasons."""
        return checks.fixed(self.layers[number - 1], self.input_shape(number)[0])

    def weight_shape(self, number: int) -> tuple[int, int, int, int]:
        """Return the shape in which the kernels of layer `number` are stored; see FilterBank."""
        layer, channels = self.layers[number - 1], self.input_shape(number)[0]
        if layer.kind == "pointwise_first":
            return layer.filters, layer.multiplier, *layer.kernel
        first = layer.steps(channels)[0]
        return first.filters, channels // first.groups, *layer.kernel

    def pointwise_shape(self, number: int) -> tuple[int, int] | None:
        """Return (outputs, inputs) of the 1x1 factor of layer `number`; None without factors."""
        layer, channels = self.layers[number - 1], self.input_shape(number)[0]
        between = layer.intermediates(channels)
        if layer.kind == "pointwise_first":
            return between, channels
        return (layer.filters, between) if layer.kind == "separable" else None

    def weights(self, number: int) -> Count:
        """Count the weights of layer `number`, without biases."""
        return counts.weights(self._layout(number))

    def parameters(self, number: int) -> Count:
        """Count the trainable parameters of layer `number`."""
        return counts.parameters(self._layout(number), bias=self.layers[number - 1].bias)

    def multiply_adds(self, number: int) -> Count:
        """Count the multiply-adds of one pass through layer `number`, without biases and pools."""
        return counts.multiply_adds(
            self._layout(number), self.input_shape(number)[1:], self.map_shape(number)[1:]
        )

    def costs(self, number: int, *, groups: int = 1) -> tuple[CostRow, ...]:
        """Return the cost of layer `number` as each kind; see `counts.table`."""
        return counts.table(
            self._layout(number),
            self.input_shape(number)[1:],
            self.map_shape(number)[1:],
            bias=self.layers[number - 1].bias,
            groups=groups,
        )

    def request(self, number: int) -> BankRequest:
        """Return the request that a bank gets for layer `number`, as if the layer were standard."""
        layer, channels = self.layers[number - 1], self.input_shape(number)[0]
        return BankRequest(
            number=number,
            filters=layer.filters,
            channels=channels // layer.groups,
            kernel=layer.kernel,
            groups=layer.groups,
            seed=self.seed,
            initialiser=layer.initialiser,
            distribution=layer.distribution,
            first=self.layers[0].weights if number == 2 else None,
        )

    def why_not(self, number: int, weights: str) -> Message | None:
        """Return why layer `number` cannot have the weights of that name, or None if it can."""
        layer = self.layers[number - 1]
        wanted = weight_names.WeightTarget(self.request(number), layer.kind, layer.multiplier)
        return weight_names.why_not(weights, wanted)

    def refusal(self, number: int, weights: str) -> SpecError | None:
        """Return the error for weights of that name in layer `number`, or None if it can have them."""
        why = self.why_not(number, weights)
        if why is None:
            return None
        return SpecError(
            f"weights{number}",
            sentence(
                "{field} is {weights}, but {why}; random would work.", weights=weights, why=why
            ),
        )

    def default_weights(self, number: int) -> str:
        """Return the name of the default weights of layer `number`."""
        first = self.layers[0].weights or ""
        own = (first,) if number == 2 and weight_names.has_both_layers(first) else ()
        fitting = (name for name in (*own, weight_names.HANDMADE) if not self.why_not(number, name))
        return next(fitting, weight_names.RANDOM)

    def edits(self, number: int) -> tuple[tuple[Edit, range], ...]:
        """Return the edits of layer `number` that fit its shape, each with the channels that its filter reads."""
        layer = self.layers[number - 1]
        if layer.factored:
            return ()
        shape, found = self.weight_shape(number), []
        for edit in layer.edit:
            if edit.filter < layer.filters:
                reads = self.channels_read(number, edit.filter)
                if edits.fits(edit, shape, reads):
                    found.append((edit, reads))
        return tuple(found)

    def _layout(self, number: int) -> Layout:
        layer = self.layers[number - 1]
        return Layout(
            kind=layer.kind,
            channels=self.input_shape(number)[0],
            filters=layer.filters,
            kernel=layer.kernel,
            groups=layer.groups,
            multiplier=layer.multiplier,
        )

    def _resolve_filters(self) -> None:
        channels = self.channels
        for number in (1, 2):
            layer = self.layers[number - 1]
            checks.check_multiplier(number, layer, channels)
            if layer.kind == "depthwise":
                self._replace(number, filters=channels * layer.multiplier)
            channels = self.layers[number - 1].filters

    def _resolve_weights(self) -> None:
        for number in (1, 2):
            if self.layers[number - 1].weights is None:
                self._replace(number, weights=self.default_weights(number))
        if all(layer.weights != weight_names.TRAINED for layer in self.layers):
            object.__setattr__(self, "step", None)

    def _drop_unfit_edits(self, number: int) -> None:
        fitting = tuple(edit for edit, _ in self.edits(number))
        if fitting != self.layers[number - 1].edit:
            self._replace(number, edit=fitting)

    def _replace(self, number: int, **changes: Any) -> None:
        layers = list(self.layers)
        layers[number - 1] = replace(layers[number - 1], **changes)
        object.__setattr__(self, "layers", tuple(layers))
        self.__dict__.pop("shapes", None)

    def _check_layer(self, number: int) -> None:
        layer = self.layers[number - 1]
        channels, height, width = self.input_shape(number)
        checks.check_groups(number, layer, channels)
        checks.check_fits(number, layer, height, width)
        checks.check_border(number, layer, height, width)
        checks.check_pool(number, layer, height, width)
        refusal = self.refusal(number, layer.weights or "")
        if refusal:
            raise refusal
