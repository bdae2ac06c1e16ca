"""Compares the ways to build a layer: the cost of each, and the settings that choose it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from app.engine.spec import geometry
from app.engine.spec.counts import CostRow, Layout
from app.engine.spec.geometry import Count
from app.engine.spec.stack import StackSpec
from app.lab.compute.passes import check_layer
from app.lab.kinds.views import CostsView, CostView, CountView
from app.lab.pieces.views import KindView
from app.lab.state import cost
from app.lab.state.setting_conflicts import refusal
from app.lab.state.state import State, flatten, plain, text_of

USUAL_GROUPS = 4  # the groups of the grouped row, if the layer itself has none


def costs_view(state: State, layer: int, limits: cost.CostLimits) -> CostsView:
    """Describe the cost of one layer for each way to build it.

    Raises:
        NoSuchMap: the stack has no such layer.
        SpecError: the pass costs more than the limits.
    """
    check_layer(layer)
    cost.check(state.stack, limits)
    return costs_of(plain(state), layer, limits)


@lru_cache(maxsize=256)
def costs_of(state: State, number: int, limits: cost.CostLimits) -> CostsView:
    """Describe the cost of layer `number` built in each way, with the same numbers of channels and filters."""
    stack, layer = state.stack, state.stack.layers[number - 1]
    _, height, width = stack.map_shape(number)
    rows = stack.costs(number, groups=_groups(stack, number))
    # A standard layer may be the 1x1 layer too.
    different = {row.layout: row for row in rows}.values()
    return CostsView(
        layer=number,
        channels=stack.input_shape(number)[0],
        filters=layer.filters,
        kernel=layer.kernel,
        map_height=height,
        map_width=width,
        bias=layer.bias,
        rows=tuple(_cost_view(state, number, row, limits) for row in different),
    )


def kind_views(costs: CostsView, state: State, limits: cost.CostLimits) -> tuple[KindView, ...]:
    """Describe every kind that can be chosen; depthwise even if it would change the number of maps."""
    ways = [
        KindView(
            way=row.way,
            groups=row.groups,
            current=row.current,
            settings=row.settings,
            refusal=row.refusal,
        )
        for row in costs.rows
    ]
    if not any(one.way == "depthwise" for one in ways):
        settings = {f"kind{costs.layer}": "depthwise", f"multiplier{costs.layer}": 1}
        ways.append(
            KindView(
                way="depthwise",
                groups=1,
                current=False,
                settings=_texts(settings),
                refusal=refusal(flatten(state), settings, limits),
            )
        )
    return tuple(ways)


def _groups(stack: StackSpec, number: int) -> int:
    layer = stack.layers[number - 1]
    if layer.groups > 1:
        return layer.groups
    common = geometry.common_divisors(stack.input_shape(number)[0], layer.filters)
    return USUAL_GROUPS if USUAL_GROUPS in common else next((n for n in common if n > 1), 1)


def _cost_view(state: State, number: int, row: CostRow, limits: cost.CostLimits) -> CostView:
    layer, layout = state.stack.layers[number - 1], row.layout
    settings = _settings(number, layout)
    current = (layer.kind, layer.groups, layer.multiplier, layer.kernel)
    return CostView(
        way=_way(layout, layer.kernel),
        kind=layout.kind,
        groups=layout.groups,
        multiplier=layout.multiplier,
        kernel=layout.kernel,
        current=current == (layout.kind, layout.groups, layout.multiplier, layout.kernel),
        weights=_count(row.weights, row.weights_ratio),
        parameters=_count(row.parameters, row.parameters_ratio),
        multiply_adds=_count(row.multiply_adds, row.multiply_adds_ratio),
        settings=_texts(settings),
        refusal=refusal(flatten(state), settings, limits),
    )


def _way(layout: Layout, kernel: tuple[int, int]) -> str:
    if layout.groups > 1:
        return "grouped"
    return "pointwise" if layout.kernel != kernel else layout.kind


def _settings(number: int, layout: Layout) -> dict[str, Any]:
    chosen = {
        "kind": layout.kind,
        "filters": layout.filters,
        "groups": layout.groups,
        "multiplier": layout.multiplier,
        "kernel": layout.kernel,
    }
    return {f"{name}{number}": value for name, value in chosen.items()}


def _texts(settings: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text_of(value)) for name, value in settings.items())


def _count(count: Count, ratio: float) -> CountView:
    return CountView(value=count.value, formula=count.formula, ratio=ratio)
