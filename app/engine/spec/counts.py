"""Weights and multiply-adds of every kind of layer, as formulas and as numbers, and a table of all kinds.

Such formulas stand only here and in `geometry`. Depthwise separable layers follow Chollet, "Xception"
(2017). Pointwise-first is the reverse order; its cost is (m + k·k)·n for m inputs and n outputs.
"""

from dataclasses import dataclass, replace

from app.engine.spec import geometry
from app.engine.spec.geometry import Count, Kind

Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """What the cost of a layer depends on, apart from the sizes of its input and its maps."""

    kind: Kind
    channels: int
    filters: int
    kernel: Pair
    groups: int = 1
    multiplier: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class CostRow:
    """One kind of layer, its cost, and the ratio of that cost to the standard layer's.

    `layout` has the settings that give this layer.
    """

    layout: Layout
    weights: Count
    parameters: Count
    multiply_adds: Count
    weights_ratio: float
    parameters_ratio: float
    multiply_adds_ratio: float


def weights(layout: Layout) -> Count:
    """Count the weights, without biases."""
    factors = _factors(layout)
    value = sum(factor.weights for factor in factors)
    if layout.kind == "pointwise_first":
        height, width = layout.kernel
        return Count(
            value, f"({layout.channels} + {height}·{width}) × {_times(layout.filters, layout)}"
        )
    return Count(value, " + ".join(factor.formula for factor in factors))


def parameters(layout: Layout, *, bias: bool) -> Count:
    """Count the trainable parameters: the weights and, with `bias`, one bias for each output."""
    if layout.kind == "standard":
        each = layout.channels // layout.groups
        return geometry.parameters(layout.filters, layout.kernel, each, bias=bias)
    count = weights(layout)
    if not bias:
        return count
    return Count(count.value + layout.filters, f"{count.formula} + {layout.filters}")


def multiply_adds(layout: Layout, input_hw: Pair, map_hw: Pair) -> Count:
    """Count the multiply-adds of one forward pass, without biases.

    `input_hw` is the size of the layer's input, which is also the size of the maps of a 1x1 convolution that
    comes before the kernels. `map_hw` is the size of the layer's own maps.
    """
    sizes = [input_hw, map_hw] if layout.kind == "pointwise_first" else [map_hw, map_hw]
    value, terms = 0, []
    for factor, (height, width) in zip(_factors(layout), sizes, strict=False):
        value += factor.weights * height * width
        terms.append(f"{factor.formula} × {height}·{width}")
    return Count(value, " + ".join(terms))


def table(
    layout: Layout, input_hw: Pair, map_hw: Pair, *, bias: bool, groups: int = 1
) -> tuple[CostRow, ...]:
    """Return the cost of one layer as each kind: standard, grouped, both separable orders, 1x1, depthwise.

    Every row goes from the m channels to the n filters of `layout`, regardless of the kind of `layout`. Grouped
    is left out if `groups` is 1 or does not divide; depthwise is left out if n is not a multiple of m. The
    factored kinds have the multiplier of `layout` if it is of that kind, otherwise 1. All kinds have maps of
    the same size.
    """
    standard = replace(layout, kind="standard", groups=1, multiplier=1)
    ways = [standard, *_others(layout, standard, groups)]
    whole = _row(standard, standard, input_hw, map_hw, bias=bias)
    return (whole, *(_row(way, standard, input_hw, map_hw, bias=bias) for way in ways[1:]))


def _others(layout: Layout, standard: Layout, groups: int) -> list[Layout]:
    ways = []
    if groups > 1 and standard.channels % groups == standard.filters % groups == 0:
        ways.append(replace(standard, groups=groups))
    for kind in ("separable", "pointwise_first"):
        own = layout.multiplier if layout.kind == kind else 1
        ways.append(replace(standard, kind=kind, multiplier=own))
    ways.append(replace(standard, kernel=(1, 1)))
    if standard.filters % standard.channels == 0:
        multiplier = standard.filters // standard.channels
        ways.append(replace(standard, kind="depthwise", multiplier=multiplier))
    return ways


def _row(way: Layout, standard: Layout, input_hw: Pair, map_hw: Pair, *, bias: bool) -> CostRow:
    counts, others = (
        (
            weights(one),
            parameters(one, bias=bias),
            multiply_adds(one, input_hw, map_hw),
        )
        for one in (way, standard)
    )
    ratios = [mine.value / whole.value for mine, whole in zip(counts, others, strict=True)]
    return CostRow(
        layout=way,
        weights=counts[0],
        parameters=counts[1],
        multiply_adds=counts[2],
        weights_ratio=ratios[0],
        parameters_ratio=ratios[1],
        multiply_adds_ratio=ratios[2],
    )


@dataclass(frozen=True, slots=True)
class _Factor:
    """One of the convolutions that a layer consists of."""

    weights: int
    formula: str


def _factors(layout: Layout) -> list[_Factor]:
    """Return the convolutions that a layer consists of, in order."""
    c, f, (height, width) = layout.channels, layout.filters, layout.kernel
    taps, k = height * width, f"{height}·{width}"
    between, outputs = _times(c, layout), _times(f, layout)
    m = layout.multiplier
    match layout.kind:
        case "standard":
            count = geometry.weights(f, layout.kernel, c // layout.groups)
            return [_Factor(count.value, count.formula)]
        case "depthwise":
            return [_Factor(c * m * taps, f"{between} × {k}")]
        case "separable":
            mixing = _Factor(c * m * f, f"{between} × {f}")
            return [_Factor(c * m * taps, f"{between} × {k}"), mixing]
        case "pointwise_first":
            mixing = _Factor(c * f * m, f"{c} × {outputs}")
            return [mixing, _Factor(taps * f * m, f"{k} × {outputs}")]


def _times(channels: int, layout: Layout) -> str:
    return str(channels) if layout.multiplier == 1 else f"{channels}·{layout.multiplier}"
