"""The frozen settings of one layer: validated when created, hashable."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from app.engine.errors import SpecError, check_choice, check_range
from app.engine.spec import edits, geometry, weight_names
from app.engine.spec.edits import Edit
from app.engine.spec.geometry import Kind, Padding
from app.engine.weights.request import Distribution, Initialiser
from app.messages import sentence

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
Activation = Literal["linear", "relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh"]
Pool = Literal["none", "max", "average"]
Pair = tuple[int, int]
Shape = tuple[int, int, int]
Along = TypeVar("Along")  # what a formula gives along one axis

NEVER_NEGATIVE: frozenset[Activation] = frozenset(("relu", "sigmoid"))
FILTERS = range(1, 129)  # also bounds the intermediate channels between two factors
KERNELS = range(1, 12)
STRIDES = range(1, 5)
DILATIONS = range(1, 5)
PADDINGS = range(41)  # up to where only one weight of the widest kernel touches the picture
MULTIPLIERS = FILTERS
POOL_SIZES = range(2, 9)

WORDS: dict[str, tuple[str, ...]] = {
    "padding_mode": get_args(PaddingMode),
    "kind": get_args(Kind),
    "activation": get_args(Activation),
    "pool": get_args(Pool),
    "initialiser": get_args(Initialiser),
    "distribution": get_args(Distribution),
}
ANY_GROUPS = ANY_MULTIPLIER = 1
ANY_POOL_SIZE = 2
ANY_INITIALISER: Initialiser = "he"
ANY_DISTRIBUTION: Distribution = "normal"


@dataclass(frozen=True, kw_only=True)
class LayerSpec:
    """One convolution layer: convolution, bias, activation, pool.

    Every kind has `filters` output channels, each with one bias. The kinds differ in their kernels:

    - standard: every filter has a kernel for each channel of its group.
    - depthwise: every input channel has `multiplier` kernels, and each of them is a filter. So there are
      C x multiplier filters: a StackSpec sets `filters` to that number, whatever was given.
    - separable (depthwise-first): `multiplier` kernels for each input channel make C x multiplier
      intermediate channels, and a 1x1 convolution combines all of these into the `filters` outputs.
    - pointwise_first: a 1x1 convolution makes filters x multiplier intermediate channels, `multiplier` for
      each output. Each intermediate channel has one kernel, and an output sums its own `multiplier` results.

    Between two factors there is neither bias nor activation, so together they are linear and equal to
    one standard layer. Stride, dilation and padding belong to the factor with the kernels.

    A setting that does not apply is reset to its default, so that equal layers are equal keys: `groups`
    applies to standard layers only, `multiplier` to the other kinds, `pool_size` if there is a pool,
    `initialiser` and `distribution` to random weights. A StackSpec replaces `weights=None` by the default for
    the layer's shape. `edit` has the kernels set by hand; a StackSpec drops those that do not fit the layer's
    shape, since every link of a page repeats them.
    """

    filters: int
    kernel: Pair = (3, 3)
    stride: int = 1
    dilation: int = 1
    padding: Padding = "same"
    padding_mode: PaddingMode = "zeros"
    kind: Kind = "standard"
    groups: int = ANY_GROUPS
    multiplier: int = ANY_MULTIPLIER
    bias: bool = True
    activation: Activation = "relu"
    pool: Pool = "none"
    pool_size: int = ANY_POOL_SIZE
    weights: str | None = None
    initialiser: Initialiser = "he"
    distribution: Distribution = "normal"
    edit: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        check_range("filters", self.filters, FILTERS)
        for size in self.kernel:
            check_range("kernel", size, KERNELS)
        check_range("stride", self.stride, STRIDES)
        check_range("dilation", self.dilation, DILATIONS)
        if self.padding not in ("same", "valid"):
            _check_padding(self.padding)
        check_choice("padding_mode", self.padding_mode, WORDS["padding_mode"])
        check_choice("kind", self.kind, WORDS["kind"])
        check_range("groups", self.groups, FILTERS)
        check_range("multiplier", self.multiplier, MULTIPLIERS)
        check_choice("activation", self.activation, WORDS["activation"])
        check_choice("pool", self.pool, WORDS["pool"])
        check_range("pool_size", self.pool_size, POOL_SIZES)
        if self.weights is not None and not weight_names.is_known(self.weights):
            known = ", ".join(weight_names.NAMES)
            raise SpecError(
                "weights",
                sentence(
                    "{field} is {given}; {known} or the id of imported weights would work.",
                    given=self.weights,
                    known=known,
                ),
            )
        check_choice("initialiser", self.initialiser, WORDS["initialiser"])
        check_choice("distribution", self.distribution, WORDS["distribution"])
        edits.check(self.edit)
        object.__setattr__(self, "edit", tuple(sorted(self.edit)))
        self._drop_what_does_not_apply()

    @property
    def factored(self) -> bool:
        """Return whether the layer is two convolutions in sequence."""
        return self.kind in ("separable", "pointwise_first")

    def effective_kernel(self) -> Pair:
        """The height and width that the dilated kernel spans."""
        height, width = (geometry.effective_size(size, self.dilation) for size in self.kernel)
        return height, width

    def map_hw(self, height: int, width: int) -> Pair:
        """Return the size of the maps before any pool, for an input of that size; 0 if no window fits."""
        return self._along_both(geometry.output_size, height, width)

    def output_hw(self, height: int, width: int) -> Pair:
        """Return the size of the output, after any pool, for an input of that size; 0 if no window fits."""
        rows, columns = self.map_hw(height, width)
        if self.pool == "none":
            return rows, columns
        return geometry.pooled_size(rows, self.pool_size), geometry.pooled_size(
            columns, self.pool_size
        )

    def padding_hw(self, height: int, width: int) -> tuple[Pair, Pair]:
        """Return the padding around an input of that size: ((top, bottom), (left, right))."""
        return self._along_both(geometry.padding_before_after, height, width)

    def intermediates(self, channels: int) -> int:
        """Return the number of channels between the factors, for `channels` inputs; 0 without factors."""
        if self.kind == "separable":
            return channels * self.multiplier
        return self.filters * self.multiplier if self.kind == "pointwise_first" else 0

    def full_groups(self, channels: int) -> int:
        """Return the groups of the standard layer whose filters read the same of `channels` input channels."""
        return channels if self.kind == "depthwise" else self.groups

    def kernel_groups(self, channels: int) -> int:
        """Return the number of groups of the kernels for `channels` inputs; see FilterBank."""
        return channels if self.kind in ("depthwise", "separable") else self.groups

    def sliding(self, *, filters: int, groups: int = ANY_GROUPS) -> "LayerSpec":
        """Return a standard layer with the same windows, without activation or pool."""
        return LayerSpec(
            filters=filters,
            kernel=self.kernel,
            stride=self.stride,
            dilation=self.dilation,
            padding=self.padding,
            padding_mode=self.padding_mode,
            groups=groups,
            activation="linear",
        )

    def steps(self, channels: int) -> tuple["LayerSpec", ...]:
        """Return the one or two standard layers that this layer is a sequence of, for `channels` inputs."""
        between = self.intermediates(channels)
        if self.kind == "separable":
            return self.sliding(filters=between, groups=channels), _pointwise(self.filters)
        if self.kind == "pointwise_first":
            return _pointwise(between), self.sliding(filters=self.filters, groups=self.filters)
        return (self.sliding(filters=self.filters, groups=self.full_groups(channels)),)

    def _along_both(
        self, formula: Callable[..., Along], height: int, width: int
    ) -> tuple[Along, Along]:
        """Apply a formula for one axis to the rows and to the columns of an input of that size."""
        rows, columns = (
            formula(
                size,
                kernel=kernel,
                stride=self.stride,
                dilation=self.dilation,
                padding=self.padding,
            )
            for size, kernel in zip((height, width), self.kernel, strict=True)
        )
        return rows, columns

    def _drop_what_does_not_apply(self) -> None:
        if self.kind == "standard":
            object.__setattr__(self, "multiplier", ANY_MULTIPLIER)
        else:
            object.__setattr__(self, "groups", ANY_GROUPS)
        if self.pool == "none":
            object.__setattr__(self, "pool_size", ANY_POOL_SIZE)
        if self.weights not in (None, weight_names.RANDOM):
            object.__setattr__(self, "initialiser", ANY_INITIALISER)
        if self.weights not in (None, weight_names.RANDOM) or self.initialiser == "orthogonal":
            object.__setattr__(self, "distribution", ANY_DISTRIBUTION)


def kept_shapes(
    activation: Activation, pool: Pool, maps: Shape, output: Shape
) -> tuple[Shape, ...]:
    """Return the shapes of the maps of a layer that a pass stores, each array once.

    `maps` is the shape before any pool, `output` that after it.
    """
    shapes = [maps] if activation == "linear" else [maps, maps]
    return tuple(shapes if pool == "none" else [*shapes, output])


def _pointwise(filters: int) -> LayerSpec:
    return LayerSpec(filters=filters, kernel=(1, 1), padding="valid", activation="linear")


def _check_padding(given: object) -> None:
    if type(given) is not int or given not in PADDINGS:
        raise SpecError(
            "padding",
            sentence(
                "{field} is {given}; same, valid or {first} to {last} would work.",
                given=given,
                first=PADDINGS[0],
                last=PADDINGS[-1],
            ),
        )
