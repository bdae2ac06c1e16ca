"""Whether layers can read one another, and what a pass through them costs, from their numbers alone.

A StackSpec tells the same, and why not; making one takes five times as long, and a form asks for about 80 of them.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from app.engine.spec import checks, counts, geometry
from app.engine.spec.geometry import Kind, Padding
from app.engine.spec.layer import Activation, LayerSpec, PaddingMode, Pool, kept_shapes


class LayerNumbers(NamedTuple):
    """The settings of a layer that its shape and its cost depend on, by their names in LayerSpec."""

    filters: int
    kernel: tuple[int, int]
    stride: int
    dilation: int
    padding: Padding
    padding_mode: PaddingMode
    kind: Kind
    groups: int
    multiplier: int
    activation: Activation
    pool: Pool
    pool_size: int


class LayerCosts(NamedTuple):
    """The shape of a layer's output, and what a pass through the layer costs."""

    filters: int
    height: int
    width: int
    multiply_adds: int
    nbytes: int  # of the maps that the pass keeps


def numbers_of(layer: LayerSpec) -> LayerNumbers:
    """Return the settings of a layer that its costs depend on."""
    return LayerNumbers(*(getattr(layer, name) for name in LayerNumbers._fields))


def costs_of(
    size: int, channels: int, layers: Iterable[LayerNumbers]
) -> tuple[LayerCosts, ...] | None:
    """Return the costs of layers that read one another, the first a square picture; None where one cannot."""
    found: list[LayerCosts] = []
    shape = (channels, size, size)
    for layer in layers:
        costs = _layer_costs(layer, *shape)
        if costs is None:
            return None
        found.append(costs)
        shape = costs[:3]
    return tuple(found)


@lru_cache(maxsize=4096)  # a form changes one layer, and the other stays
def _layer_costs(layer: LayerNumbers, channels: int, height: int, width: int) -> LayerCosts | None:
    layout = _layout(layer, channels)
    most = checks.most_multiplier(layer.kind, layer.filters, channels)
    if layout.multiplier > most or not checks.groups_divide(
        layout.groups, channels, layout.filters
    ):
        return None
    rows, columns = (_along(layer, axis, (height, width)) for axis in (0, 1))
    maps = output = (layout.filters, rows.maps, columns.maps)
    if layer.pool != "none":
        high, wide = (geometry.pooled_size(one.maps, layer.pool_size) for one in (rows, columns))
        output = (layout.filters, high, wide)
    widest = checks.widest_border(layer.padding_mode, height, width)
    if 0 in output or (widest is not None and max(rows.border, columns.border) > widest):
        return None
    spent = counts.multiply_adds(layout, (height, width), maps[1:]).value
    kept = kept_shapes(layer.activation, layer.pool, maps, output)
    nbytes = sum(geometry.memory(one[0], one[1:]).value for one in kept)
    return LayerCosts(*output, spent, nbytes)


def _layout(layer: LayerNumbers, channels: int) -> counts.Layout:
    standard = layer.kind == "standard"
    multiplier = 1 if standard else layer.multiplier
    return counts.Layout(
        kind=layer.kind,
        channels=channels,
        filters=channels * multiplier if layer.kind == "depthwise" else layer.filters,
        kernel=layer.kernel,
        groups=layer.groups if standard else 1,
        multiplier=multiplier,
    )


class _Along(NamedTuple):
    """How many positions a kernel has along one axis, and how wide the border is there."""

    maps: int
    border: int


def _along(layer: LayerNumbers, axis: int, sizes: tuple[int, int]) -> _Along:
    size = sizes[axis]
    kernel, stride, dilation = layer.kernel[axis], layer.stride, layer.dilation
    padding = layer.padding
    border = geometry.padding_before_after(
        size, kernel=kernel, stride=stride, dilation=dilation, padding=padding
    )
    maps = geometry.output_size(
        size, kernel=kernel, stride=stride, dilation=dilation, padding=padding
    )
    return _Along(maps, max(border))
