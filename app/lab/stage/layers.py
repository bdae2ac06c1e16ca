"""What a layer is and costs, from the geometry: shapes, parameters, multiply-adds, memory, receptive field."""

from dataclasses import replace
from functools import lru_cache

from app.engine.spec import geometry
from app.engine.spec.geometry import Count
from app.engine.spec.stack import StackSpec
from app.lab.compute.weight_banks import how_made
from app.lab.kinds.costs import costs_of
from app.lab.pieces.layer_summary import steps, unread, unread_by_pool
from app.lab.stage.layer_views import ExtentView, FormulasView, LayerView, TotalView
from app.lab.state import cost, fields
from app.lab.state.state import State, plain
from app.messages import Message, sentence


@lru_cache(maxsize=64)  # a page that opens a fold or a pixel of a known lab
def layer_view(state: State, number: int, limits: cost.CostLimits) -> LayerView:
    """Describe layer `number` of the state's stack."""
    stack = state.stack
    same = _described(plain(state), number, limits)
    return replace(
        same,
        weights_made=how_made(stack, number),
        fields=fields.with_seed(same.fields, stack.seed),
    )


@lru_cache(maxsize=256)
def _described(state: State, number: int, limits: cost.CostLimits) -> LayerView:
    """Describe a layer, once for all seeds."""
    stack = state.stack
    layer = stack.layers[number - 1]
    channels, output_hw = stack.channels_per_filter(number), stack.output_shape(number)[1:]
    products = geometry.products_per_value(layer.kernel, channels)
    weights, parameters = stack.weights(number), stack.parameters(number)
    multiply_adds = stack.multiply_adds(number)
    memory = geometry.memory(layer.filters, output_hw)
    inputs, *input_hw = stack.input_shape(number)
    connected = geometry.fully_connected(
        layer.filters, stack.map_shape(number)[1:], inputs, (input_hw[0], input_hw[1])
    )
    rows, columns = (_receptive_field(stack, number, axis) for axis in (0, 1))
    return LayerView(
        number=number,
        input_shape=stack.input_shape(number),
        shape=stack.output_shape(number),
        map_shape=stack.map_shape(number),
        intermediate_shape=stack.intermediate_shape(number),
        filters=layer.filters,
        filter_shape=(*layer.kernel, channels),
        kind=layer.kind,
        groups=layer.groups,
        multiplier=layer.multiplier,
        steps=steps(stack, number),
        pool=layer.pool,
        pool_size=layer.pool_size,
        unread=unread(stack, number),
        unread_by_pool=unread_by_pool(stack, number),
        activation=layer.activation,
        weights_made=how_made(stack, number),
        products=products.value,
        weights=weights.value,
        biases=parameters.value - weights.value,
        parameters=parameters.value,
        multiply_adds=multiply_adds.value,
        memory=memory.value,
        fully_connected=connected.value,
        receptive_field=ExtentView(height=rows.value, width=columns.value),
        formulas=FormulasView(
            products=products.formula,
            weights=weights.formula,
            parameters=parameters.formula,
            multiply_adds=multiply_adds.formula,
            memory=memory.formula,
            fully_connected=connected.formula,
            receptive_field=_both(rows, columns),
        ),
        costs=costs_of(state, number, limits),
        fields=fields.layer_fields(state, number, limits),
    )


def total_view(first: LayerView, second: LayerView) -> TotalView:
    """Add up what both layers have and cost."""
    return TotalView(
        weights=first.weights + second.weights,
        parameters=first.parameters + second.parameters,
        multiply_adds=first.multiply_adds + second.multiply_adds,
        memory=first.memory + second.memory,
    )


def _receptive_field(stack: StackSpec, number: int, axis: int) -> Count:
    sizes = []
    for layer in stack.layers[:number]:
        sizes.append((layer.effective_kernel()[axis], layer.stride))
        if layer.pool != "none":
            sizes.append((layer.pool_size, layer.pool_size))
    return geometry.receptive_field(sizes)


def _both(rows: Count, columns: Count) -> Message | str:
    if rows.formula == columns.formula:
        return rows.formula
    return sentence("{rows} by {columns}", rows=rows.formula, columns=columns.formula)
