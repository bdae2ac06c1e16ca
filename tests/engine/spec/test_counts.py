"""What every kind of layer costs: against the arrays that it has, and the numbers that are known."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.spec import counts
from app.engine.spec.counts import Layout
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import stacks

FROM_64_TO_32: dict[str, Any] = {"channels": 64, "filters": 32, "kernel": (3, 3)}
HW = (256, 256)


def evaluated(count):
    return eval(count.formula.replace("×", "*").replace("·", "*"))


@settings(max_examples=100)
@given(stacks.specs(), st.sampled_from((1, 2)))
def test_every_count_is_that_of_the_arrays_and_its_formula_evaluates_to_it(spec, number):
    layer = spec.layers[number - 1]
    kernels, mixing = spec.weight_shape(number), spec.pointwise_shape(number) or (0,)
    between = spec.intermediate_shape(number)
    map_pixels = np.prod(spec.map_shape(number)[1:])
    mixed_pixels = np.prod(between[1:]) if layer.kind == "pointwise_first" else map_pixels

    weights, parameters = spec.weights(number), spec.parameters(number)
    multiply_adds = spec.multiply_adds(number)

    assert weights.value == np.prod(kernels) + np.prod(mixing) == evaluated(weights)
    assert parameters.value == weights.value + layer.filters == evaluated(parameters)
    assert (
        multiply_adds.value
        == np.prod(kernels) * map_pixels + np.prod(mixing) * mixed_pixels
        == evaluated(multiply_adds)
    )


def test_without_bias_the_parameters_are_the_weights():
    for kind in stacks.KINDS:
        layout = Layout(kind=kind, **FROM_64_TO_32)
        assert counts.parameters(layout, bias=False) == counts.weights(layout)


@pytest.mark.parametrize(
    ("settings", "value", "formula"),
    [
        ({"kind": "standard"}, 18_432, "32 × 3·3·64"),
        ({"kind": "standard", "groups": 4}, 4_608, "32 × 3·3·16"),
        ({"kind": "separable"}, 2_624, "64 × 3·3 + 64 × 32"),
        ({"kind": "separable", "multiplier": 2}, 5_248, "64·2 × 3·3 + 64·2 × 32"),
        ({"kind": "pointwise_first"}, 2_336, "(64 + 3·3) × 32"),
        ({"kind": "pointwise_first", "multiplier": 3}, 7_008, "(64 + 3·3) × 32·3"),
        ({"kind": "standard", "kernel": (1, 1)}, 2_048, "32 × 1·1·64"),
        ({"kind": "depthwise", "filters": 64}, 576, "64 × 3·3"),
    ],
)
def test_the_known_numbers_from_64_to_32_by_3x3(settings, value, formula):
    count = counts.weights(Layout(**FROM_64_TO_32 | settings))

    assert (count.value, count.formula) == (value, formula)


def test_the_table_sets_the_kinds_side_by_side():
    rows = StackSpec().costs(2, groups=4)

    assert [
        (row.layout.kind, row.layout.groups, row.layout.kernel, row.weights.value) for row in rows
    ] == [
        ("standard", 1, (3, 3), 18_432),
        ("standard", 4, (3, 3), 4_608),
        ("separable", 1, (3, 3), 2_624),
        ("pointwise_first", 1, (3, 3), 2_336),
        ("standard", 1, (1, 1), 2_048),
    ]
    assert [row.parameters.value - row.weights.value for row in rows] == [32] * 5
    assert rows[0].multiply_adds.value == 1_207_959_552
    assert rows[2].multiply_adds.value == 2_624 * 256 * 256
    assert rows[3].multiply_adds.value == 2_336 * 256 * 256
    for row in rows:
        assert row.weights_ratio == row.weights.value / 18_432
        assert row.parameters_ratio == row.parameters.value / 18_464
        assert row.multiply_adds_ratio == row.multiply_adds.value / 1_207_959_552


def test_the_table_shows_where_a_kind_costs_more():
    layout = Layout(kind="standard", channels=64, filters=1, kernel=(3, 3))

    _, separable, pointwise_first, *_ = counts.table(layout, HW, HW, bias=True)

    assert separable.weights_ratio == (64 * 9 + 64) / (64 * 9) > 1
    assert pointwise_first.weights_ratio < 1


def test_depthwise_alone_is_in_the_table_where_the_outputs_are_a_multiple_of_the_inputs():
    def kinds(channels, filters):
        layout = Layout(kind="standard", channels=channels, filters=filters, kernel=(3, 3))
        return [row.layout for row in counts.table(layout, HW, HW, bias=True)]

    assert kinds(16, 48)[-1] == Layout(
        kind="depthwise", channels=16, filters=48, kernel=(3, 3), multiplier=3
    )
    assert "depthwise" not in [one.kind for one in kinds(64, 32)]


@pytest.mark.parametrize("groups", [1, 3, 64])
def test_groups_that_do_not_divide_are_left_out_of_the_table(groups):
    rows = StackSpec().costs(2, groups=groups)

    assert [row.layout.groups for row in rows] == [1] * 4


def test_the_table_keeps_the_multiplier_of_the_kind_that_a_layer_is():
    layout = Layout(kind="separable", multiplier=2, **FROM_64_TO_32)

    rows = counts.table(layout, HW, HW, bias=False)

    assert [row.layout.multiplier for row in rows] == [1, 2, 1, 1]
    assert rows[1].weights.value == 5_248


@settings(max_examples=40)
@given(stacks.specs(pools=("none",)), st.sampled_from((1, 2)))
def test_every_row_of_the_table_is_the_cost_of_the_stack_with_its_settings(spec, number):
    for row in spec.costs(number, groups=2):
        one, layers = row.layout, list(spec.layers)
        layers[number - 1] = LayerSpec(
            filters=one.filters,
            kernel=one.kernel,
            kind=one.kind,
            groups=one.groups,
            multiplier=one.multiplier,
            weights="random",
        )
        layers = [*layers[:number], LayerSpec(filters=1, kernel=(1, 1))][:2]
        built = StackSpec(size=spec.size, channels=spec.channels, layers=tuple(layers))
        assert built.layers[number - 1].filters == one.filters
        assert built.weights(number).value == row.weights.value
