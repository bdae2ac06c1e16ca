"""One pixel against exact fractions, a picture that was really padded, and derivatives in float64."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.engine.compute.filters import bank_for
from app.engine.compute.forward import forward, forward_layer
from app.engine.compute.trace import Trace
from app.engine.errors import PlaceError
from app.engine.explain import ledger as explain
from app.engine.explain import receptive_field, wall
from app.engine.explain.pool_window import window_of
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import stacks

numbers = st.sampled_from((1, 2))
bent_stacks = stacks.traces(activations=stacks.PIECEWISE_LINEAR)
PLAIN = StackSpec(size=32, layers=(LayerSpec(filters=6), LayerSpec(filters=4)))


def with_muted(trace, channels):
    heard = wall.mute(trace.layers[0].output, channels)
    second = forward_layer(heard, trace.spec.layers[1], trace.layers[1].bank)
    return Trace(trace.spec, trace.image, (trace.layers[0], second), heard)


@settings(max_examples=60)
@given(stacks.traces(), numbers, st.data())
def test_every_number_of_the_ledger_is_the_exact_one_rounded_once(trace, number, data):
    channel, row, col = stacks.draw_pixel(data, trace.spec, number)

    ledger = explain.ledger(trace, number, channel, row, col)

    bias = Fraction(float(trace.layers[number - 1].bank.bias[channel]))
    total = bias
    for one, (window, kernel) in enumerate(zip(ledger.windows, ledger.kernels, strict=True)):
        pairs = zip(window.ravel().tolist(), kernel.ravel().tolist(), strict=True)
        products = [Fraction(value) * Fraction(weight) for value, weight in pairs]
        assert ledger.products[one].ravel().tolist() == [float(product) for product in products]
        assert ledger.sums[one] == float(sum(products))
        total += sum(products)
    assert (ledger.bias, ledger.total) == (float(bias), float(total))


@settings(max_examples=100)
@given(stacks.traces(), numbers, st.data())
def test_the_rows_of_the_ledger_and_the_bias_add_up_to_the_stored_value(trace, number, data):
    channel, row, col = stacks.draw_pixel(data, trace.spec, number)
    layer = trace.layers[number - 1]

    ledger = explain.ledger(trace, number, channel, row, col)

    scale = max(1, np.abs(ledger.products).sum())
    stored = float(layer.preactivation[channel, row, col])
    assert ledger.sums.sum() + ledger.bias == pytest.approx(stored, rel=0, abs=2e-6 * scale)
    assert ledger.preactivation == stored
    assert ledger.activation == float(layer.activation[channel, row, col])
    assert ledger.difference == stored - ledger.total


@settings(max_examples=100)
@given(stacks.traces(), numbers, st.data())
def test_windows_are_cut_from_the_padded_input_and_know_what_lies_on_padding(trace, number, data):
    channel, row, col = stacks.draw_pixel(data, trace.spec, number)
    layer, x = trace.layers[number - 1], trace.input_of(number)

    ledger = explain.ledger(trace, number, channel, row, col)

    read = stacks.channels_read(layer, channel, len(x))
    assert ledger.channels == tuple(read)
    expected = stacks.windows_of(x[read], layer.spec)[:, row, col]
    np.testing.assert_array_equal(ledger.windows, expected)
    np.testing.assert_array_equal(ledger.kernels, layer.bank.full[channel, read])
    on_zeros = replace(layer.spec, padding_mode="zeros")
    inside = stacks.windows_of(np.ones_like(x[:1]), on_zeros)[0, row, col]
    np.testing.assert_array_equal(ledger.padded, inside == 0)


def test_the_ledger_of_the_pixel_that_won_a_pool_is_that_of_the_output():
    spec = replace(PLAIN, layers=(LayerSpec(filters=6, pool="max", pool_size=3), PLAIN.layers[1]))
    trace = stacks.run(spec)

    winner = window_of(trace, 1, 4, 2, 5).winner
    assert winner is not None
    ledger = explain.ledger(trace, 1, 4, *winner)

    assert ledger.activation == float(trace.layers[0].output[4, 2, 5])
    assert max(ledger.total, 0) == pytest.approx(ledger.activation, abs=1e-6)


def test_the_corner_of_the_default_stack_lies_on_padding_above_and_to_the_left():
    ledger = explain.ledger(stacks.run(PLAIN), 2, 3, 0, 0)

    assert ledger.padded.tolist() == [[True] * 3, [True, False, False], [True, False, False]]
    assert (ledger.rows.tolist(), ledger.columns.tolist()) == ([-1, 0, 1], [-1, 0, 1])


def test_a_muted_map_is_read_as_zeros():
    trace = with_muted(stacks.run(PLAIN), {1, 5})

    ledger = explain.ledger(trace, 2, 3, 9, 8)

    assert not ledger.windows[[1, 5]].any()
    assert ledger.total == pytest.approx(ledger.preactivation, abs=1e-5)


@settings(max_examples=150)
@given(bent_stacks, numbers, st.data())
def test_the_local_filter_reproduces_the_value(trace, number, data):
    channel, row, col = stacks.draw_pixel(data, trace.spec, number)

    found = explain.local_filter(trace, number, channel, row, col)

    place = found.place
    assert place == receptive_field.receptive_field(trace.spec, number, row, col)
    patch = trace.image[:, place.top :, place.left :][:, : place.height, : place.width]
    np.testing.assert_array_equal(found.patch, patch)
    total = float((found.weights * patch).sum() + found.bias)
    layer = trace.layers[number - 1]
    scale = max(1, abs(found.bias), np.abs(found.weights * patch).sum())
    stored = float(layer.preactivation[channel, row, col])
    assert found.total == pytest.approx(total, abs=1e-9 * scale)
    assert total == pytest.approx(stored, rel=0, abs=4e-6 * scale)
    activation = float(layer.activation[channel, row, col])
    assert found.slope * total == pytest.approx(activation, rel=0, abs=4e-6 * scale)
    assert (found.preactivation, found.activation) == (stored, activation)


@settings(max_examples=100)
@given(bent_stacks, numbers, st.data())
def test_the_local_filter_of_an_output_reproduces_it_through_activation_and_pool(
    trace, number, data
):
    pixel = stacks.draw_pixel(data, trace.spec, number, pooled=True)

    found = explain.local_filter(trace, number, *pixel, pooled=True)

    assert found.place == receptive_field.receptive_field(
        trace.spec, number, *pixel[1:], pooled=True
    )
    patch = trace.image[:, found.place.rows, found.place.columns]
    total = float((found.weights * patch).sum() + found.bias)
    stored = float(trace.layers[number - 1].output[pixel])
    scale = max(1, abs(found.bias), np.abs(found.weights * patch).sum())
    assert found.slope * total == pytest.approx(stored, rel=0, abs=4e-6 * scale)
    assert found.preactivation == found.activation == stored


@settings(max_examples=60)
@given(bent_stacks, numbers, st.integers(0, 2**16), st.data())
def test_the_local_filter_is_the_derivative_by_every_image_pixel(trace, number, seed, data):
    channel, row, col = stacks.draw_pixel(data, trace.spec, number)
    direction = np.random.default_rng(seed).standard_normal(trace.image.shape)
    step = 1e-6

    found = explain.local_filter(trace, number, channel, row, col)

    (above, turns), (below, others) = (
        forward64(trace, number, trace.image + sign * step * direction) for sign in (1, -1)
    )
    assume(all(np.array_equal(*pair) for pair in zip(turns, others, strict=True)))
    slope = (above - below)[channel, row, col] / (2 * step)
    field = direction[:, found.place.rows, found.place.columns]
    predicted = found.slope * float((found.weights * field).sum())
    assert slope == pytest.approx(predicted, rel=1e-5, abs=1e-6)


def forward64(trace, number, x):
    """Return the activation of layer `number` in float64, and on the way the signs and what wins the pools."""
    turns = []
    for layer in trace.layers[:number]:
        preactivation = stacks.preactivation64(x, layer)
        activation = stacks.activation64(preactivation, layer.spec.activation)
        x = stacks.pool64(activation, layer.spec)
        turns += [preactivation > 0, stacks.blocks_of(activation, layer.spec).argmax(axis=-1)]
    return activation, turns


@pytest.mark.parametrize("first", ["elu", "gelu", "silu", "sigmoid", "tanh"])
def test_there_is_no_local_filter_through_a_curved_activation(first):
    spec = replace(PLAIN, layers=(LayerSpec(filters=2, activation=first), LayerSpec(filters=2)))
    trace = stacks.run(spec)

    assert explain.local_filter(trace, 1, 0, 3, 4) is None
    assert explain.local_filter(trace, 2, 0, 3, 4) is None


def test_a_curved_activation_above_does_not_matter():
    spec = replace(PLAIN, layers=(LayerSpec(filters=2), LayerSpec(filters=2, activation="tanh")))

    found = explain.local_filter(stacks.run(spec), 1, 0, 3, 4)

    assert found is not None
    assert explain.local_filter(stacks.run(spec), 2, 0, 3, 4) is None


def test_in_layer_1_the_local_filter_is_the_filter():
    trace = stacks.run(PLAIN)

    found = explain.local_filter(trace, 1, 4, 10, 20)

    np.testing.assert_array_equal(found.weights, trace.layers[0].bank.weight[4])
    assert found.bias == trace.layers[0].bank.bias[4]
    assert found.place == receptive_field.Rectangle(9, 19, 3, 3)


@pytest.mark.parametrize("pool", stacks.POOLS)
@pytest.mark.parametrize("activation", stacks.PIECEWISE_LINEAR)
def test_the_local_filter_does_not_see_through_muted_maps(activation, pool):
    first = replace(PLAIN.layers[0], activation=activation, pool=pool)
    spec = replace(PLAIN, layers=(first, PLAIN.layers[1]))
    trace = with_muted(stacks.run(spec), {0, 2})
    alone = with_muted(stacks.run(spec), range(6))

    found = explain.local_filter(trace, 2, 1, 5, 6)
    nothing = explain.local_filter(alone, 2, 1, 5, 6)

    assert found.total == pytest.approx(found.preactivation, abs=1e-5)
    assert not nothing.weights.any()
    assert nothing.total == trace.layers[1].bank.bias[1]


def test_where_all_units_below_are_off_the_pixel_sees_nothing():
    trace = stacks.run(PLAIN)
    bank = replace(trace.layers[0].bank, bias=np.full(6, -99, np.float32))
    first = forward_layer(trace.image, PLAIN.layers[0], bank)
    second = forward_layer(first.activation, PLAIN.layers[1], trace.layers[1].bank)

    found = explain.local_filter(Trace(PLAIN, trace.image, (first, second)), 2, 0, 8, 8)

    assert found.weights.shape == (3, 5, 5)
    assert not found.weights.any()
    assert found.total == trace.layers[1].bank.bias[0]


def test_a_pixel_that_lies_on_zeros_only_is_its_bias():
    first = LayerSpec(filters=2, kernel=(1, 1), padding=3, weights="random")
    trace = stacks.run(replace(PLAIN, layers=(first, LayerSpec(filters=2))))

    found = explain.local_filter(trace, 1, 1, 0, 20)

    assert found.weights.shape == (3, 0, 0)
    assert found.total == found.preactivation == trace.layers[0].bank.bias[1]


def test_the_default_stack_sees_the_image_through_a_filter_of_5_by_5_by_3():
    spec = StackSpec(size=64)
    image = np.random.default_rng(3).random(spec.input_shape(1)).astype(np.float32) - np.float32(
        0.5
    )
    trace = forward(image, spec, (bank_for(spec, 1), bank_for(spec, 2)))

    found = explain.local_filter(trace, 2, 7, 30, 40)

    assert (found.weights.shape, found.place) == (
        (3, 5, 5),
        receptive_field.Rectangle(28, 38, 5, 5),
    )
    assert found.total == pytest.approx(found.preactivation, abs=2e-5)


@pytest.mark.parametrize("function", [explain.ledger, explain.local_filter])
@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((4, 0, 0), "channel is 4; 0 to 3 would work"),
        ((0, 32, 0), "row is 32; 0 to 31 would work"),
        ((0, 0, -1), "col is -1; 0 to 31 would work"),
    ],
)
def test_a_pixel_that_does_not_exist_is_refused(function, place, message):
    with pytest.raises(PlaceError, match=message):
        function(stacks.run(PLAIN), 2, *place)
