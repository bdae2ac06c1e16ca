"""Strong places and their projections: by hand, against searching, and against the backward pass."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.backward import gradients
from app.engine.compute.filters import bank_for
from app.engine.compute.forward import forward, forward_layer
from app.engine.compute.trace import FilterBank, Trace
from app.engine.errors import PlaceError
from app.engine.explain import ledger, projection, receptive_field, wall
from app.engine.explain.receptive_field import Rectangle
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import stacks

numbers = st.sampled_from((1, 2))


def filters(*weights):
    """Return a bank of 1x1 kernels: a row of weights for each filter."""
    weight = np.array(weights, np.float32)
    return FilterBank(weight[:, :, None, None], np.zeros(len(weight), np.float32))


def pass_of(image, banks, **of_first):
    first, second = (LayerSpec(filters=len(bank.bias), kernel=(1, 1)) for bank in banks)
    spec = StackSpec(size=32, channels=1, layers=(replace(first, **of_first), second))
    return forward(image, spec, banks)


def black():
    return np.zeros((1, 32, 32), np.float32)


def test_by_hand_the_deconvnet_rectifies_the_signal_and_the_gradient_the_way_up():
    image = black()
    image[0, 3, 4] = 2
    trace = pass_of(image, (filters([1], [-1]), filters([2, 3])))

    (found,) = projection.project(trace, 2, 0)

    # Up: 2 and -2, rectified 2 and 0; then 2·2 + 3·0 = 4. Down from 4: 8 and 12, both kept; 8 - 12 = -4.
    assert (found.row, found.col, found.value) == (3, 4, 4)
    assert found.box == Rectangle(3, 4, 1, 1)
    assert found.deconvnet.tolist() == [[[-4]]]
    # The gradient passes only the map that was on: 2·1.
    assert found.gradient.tolist() == [[[2]]]
    assert found.patch.tolist() == [[[2]]]


def test_by_hand_a_negative_signal_is_rectified():
    image = black()
    image[0, 3, 4] = 2
    trace = pass_of(image, (filters([1], [2]), filters([3, -1])))

    (found,) = projection.project(trace, 2, 0)

    # Up: 2 and 4; 3·2 - 4 = 2. Down from 2: 6 and -2, rectified 6 and 0; 6.
    assert found.value == 2
    assert found.deconvnet.tolist() == [[[6]]]
    assert found.gradient.tolist() == [[[3 - 2]]]


def test_by_hand_a_max_pool_sends_the_signal_to_the_winner_and_an_average_to_all():
    image = black()
    image[0, 4:6, 6:8] = [[1, 3], [2, 1]]
    banks = filters([2]), filters([1])

    by_max = projection.project(pass_of(image, banks, pool="max"), 2, 0)[0]
    by_mean = projection.project(pass_of(image, banks, pool="average"), 2, 0)[0]

    assert (by_max.row, by_max.col, by_max.value) == (2, 3, 6)
    assert by_max.box == by_mean.box == Rectangle(4, 6, 2, 2)
    assert by_max.deconvnet.tolist() == [[[0, 12], [0, 0]]]
    assert by_max.gradient.tolist() == [[[0, 2], [0, 0]]]
    assert by_mean.value == 3.5
    assert by_mean.deconvnet.tolist() == [[[1.75, 1.75], [1.75, 1.75]]]
    assert by_mean.gradient.tolist() == [[[0.5, 0.5], [0.5, 0.5]]]


def test_from_layer_1_the_activation_times_its_filter_is_sent_down():
    trace = stacks.run(StackSpec(size=32, layers=(LayerSpec(filters=4), LayerSpec(filters=2))))

    found = projection.project(trace, 1, 2)

    kernel = trace.layers[0].bank.weight[2]
    inside = [one for one in found if one.box.height == one.box.width == 3]
    assert len(found) == 9
    assert inside
    for one in inside:
        np.testing.assert_allclose(one.deconvnet, kernel * np.float64(one.value), rtol=1e-6)
        np.testing.assert_array_equal(one.gradient, kernel)


@settings(max_examples=40)
@given(stacks.specs(), numbers, st.integers(0, 2**16), st.data())
def test_strong_places_are_the_greatest_whose_receptive_fields_do_not_meet(
    spec, number, seed, data
):
    trace = stacks.run(spec, seed=seed)
    channel, _, _ = stacks.draw_pixel(data, spec, number)
    activation = trace.layers[number - 1].activation[channel]

    found = projection.strongest(trace, number, channel)

    reach = [extent(spec, number, axis) for axis in (0, 1)]
    height, width = activation.shape
    rows = [row for row in range(height) if receptive_field.paths(spec, number, row, 0)[0].any()]
    columns = [col for col in range(width) if receptive_field.paths(spec, number, 0, col)[1].any()]
    rest = [(row, col) for row in rows for col in columns if activation[row, col] > 0]
    rest.sort(key=lambda place: -activation[place])  # stable: equals stay in reading order
    expected: list[tuple[int, int]] = []
    while rest and len(expected) < 9:
        best = rest[0]
        expected.append(best)
        rest = [
            place
            for place in rest
            if any(
                abs(place[axis] - best[axis]) * reach[axis][1] >= reach[axis][0] for axis in (0, 1)
            )
        ]
    assert list(found) == expected


def extent(spec, number, axis):
    """Return how many pixels one pixel sees along an axis, and how far its neighbour is, by hand."""
    size, step = 1, 1
    for layer in spec.layers[:number]:
        size += (layer.kernel[axis] - 1) * layer.dilation * step
        step *= layer.stride
        if layer is spec.layers[0] and number == 2 and layer.pool != "none":
            size, step = size + (layer.pool_size - 1) * step, step * layer.pool_size
    return size, step


@settings(max_examples=40)
@given(stacks.specs(), numbers, st.integers(0, 2**16), st.data())
def test_the_gradient_is_that_of_the_backward_pass(spec, number, seed, data):
    layers = list(spec.layers)
    layers[number - 1] = replace(layers[number - 1], pool="none")  # so that the map is the output
    first = stacks.run(spec, seed=seed)
    trace = again(first, number, layers[number - 1])
    channel, _, _ = stacks.draw_pixel(data, spec, number)

    found = projection.project(trace, number, channel, count=2)

    for one in found:
        lit = np.zeros(trace.layers[number - 1].output.shape, np.float32)
        lit[channel, one.row, one.col] = 1
        expected = gradients.backward(trace, lit, layer=number).image
        assert one.box == receptive_field.receptive_field(spec, number, one.row, one.col)
        inside = expected[:, one.box.rows, one.box.columns]
        scale = max(1, np.abs(inside).max())
        np.testing.assert_allclose(one.gradient, inside, rtol=0, atol=1e-5 * scale)
        assert np.count_nonzero(expected) == np.count_nonzero(inside)  # nothing outside the box
        np.testing.assert_array_equal(one.patch, trace.image[:, one.box.rows, one.box.columns])
        assert one.value == trace.layers[number - 1].activation[channel, one.row, one.col]


def again(trace, number, spec):
    """Return the pass with other settings of one layer."""
    layers = list(trace.layers)
    layers[number - 1] = forward_layer(trace.input_of(number), spec, layers[number - 1].bank)
    return Trace(trace.spec, trace.image, tuple(layers))


@settings(max_examples=40)
@given(stacks.specs(activations=stacks.PIECEWISE_LINEAR), numbers, st.integers(0, 2**16), st.data())
def test_the_gradient_is_the_local_filter_where_activations_are_piecewise_linear(
    spec, number, seed, data
):
    trace = stacks.run(spec, seed=seed)
    channel, _, _ = stacks.draw_pixel(data, spec, number)

    for one in projection.project(trace, number, channel, count=2):
        local = ledger.local_filter(trace, number, channel, one.row, one.col)
        assert one.box == local.place
        np.testing.assert_array_equal(one.gradient, local.weights * local.slope)


@settings(max_examples=40)
@given(stacks.specs(activations=("linear",)), numbers, st.integers(0, 2**16), st.data())
def test_through_a_linear_stack_the_deconvnet_is_the_gradient_times_the_activation(
    spec, number, seed, data
):
    trace = stacks.run(spec, seed=seed)
    channel, _, _ = stacks.draw_pixel(data, spec, number)

    for one in projection.project(trace, number, channel, count=2):
        np.testing.assert_allclose(one.deconvnet, one.gradient * one.value, rtol=0, atol=1e-9)


@settings(max_examples=40)
@given(stacks.specs(activations=("relu",)), st.integers(0, 2**16), st.data())
def test_the_deconvnet_is_the_backward_pass_with_the_signal_rectified(spec, seed, data):
    trace = stacks.run(spec, seed=seed)
    channel, _, _ = stacks.draw_pixel(data, spec, 2)

    for one in projection.project(trace, 2, channel, count=2):
        top = replace(spec.layers[1], activation="linear", pool="none")
        second = forward_layer(trace.layers[0].output, top, trace.layers[1].bank)
        signal = np.zeros(second.output.shape, np.float32)
        signal[channel, one.row, one.col] = one.value
        linear = Trace(spec, trace.image, (trace.layers[0], second))
        below = output_gradient(linear, signal)
        rectified = np.maximum(gradients.through_pool(below, trace.layers[0]), 0)
        bottom = replace(spec.layers[0], activation="linear", pool="none")
        first = forward_layer(trace.image, bottom, trace.layers[0].bank)
        alone = Trace(spec, trace.image, (first, second))
        image = gradients.backward(alone, rectified, layer=1).image
        expected = image[:, one.box.rows, one.box.columns]
        scale = max(1, np.abs(expected).max())
        np.testing.assert_allclose(one.deconvnet, expected, rtol=0, atol=2e-5 * scale)


def output_gradient(trace, signal):
    """Return what a signal on the pre-activations of layer 2 asks of the output of layer 1, by trying."""
    layer, output = trace.layers[1], trace.layers[0].output
    windows = stacks.windows_of(
        np.arange(1, output[0].size + 1).reshape(1, *output.shape[1:]), layer.spec
    )
    below = np.zeros((len(output), output[0].size + 1), np.float64)  # the first place is padding
    for filter_, row, col in np.argwhere(signal):
        for channel, kernel in enumerate(layer.bank.full[filter_]):
            weights = kernel * np.float64(signal[filter_, row, col])
            np.add.at(below[channel], windows[0, row, col], weights)
    return below[:, 1:].reshape(output.shape).astype(np.float32)


def test_a_curved_activation_rectifies_too():
    image = black()
    image[0, 3, 4] = 2
    trace = pass_of(image, (filters([1], [1]), filters([3, -1])), activation="tanh")

    (found,) = projection.project(trace, 2, 0)

    slope = 1 - np.tanh(2) ** 2
    assert found.value == pytest.approx(2 * np.tanh(2), rel=1e-6)
    assert found.deconvnet.item() == pytest.approx(6 * np.tanh(2), rel=1e-6)
    assert found.gradient.item() == pytest.approx(2 * slope, rel=1e-4)


def test_a_silent_map_has_no_strong_places():
    trace = pass_of(np.ones((1, 32, 32), np.float32), (filters([1]), filters([-1])))

    assert projection.project(trace, 2, 0) == ()


def test_a_place_that_sees_only_padding_is_not_strong():
    first = LayerSpec(filters=2, kernel=(1, 1), padding=3)
    trace = stacks.run(StackSpec(size=32, layers=(first, LayerSpec(filters=2))))
    loud = replace(trace.layers[0].bank, bias=np.full(2, 9, np.float32))
    alone = forward_layer(trace.image, first, loud)

    found = projection.project(Trace(trace.spec, trace.image, (alone, trace.layers[1])), 1, 0)

    assert len(found) == 9
    assert all(3 <= one.row < 35 and 3 <= one.col < 35 for one in found)


def test_equal_places_are_found_in_reading_order():
    trace = pass_of(np.ones((1, 32, 32), np.float32), (filters([1]), filters([1])))

    assert projection.strongest(trace, 2, 0) == tuple((0, col) for col in range(9))


def test_nothing_is_sent_down_through_a_muted_map():
    spec = StackSpec(size=32, layers=(LayerSpec(filters=3), LayerSpec(filters=2)))
    whole = stacks.run(spec)
    heard = wall.mute(whole.layers[0].output, range(3))
    loud = replace(whole.layers[1].bank, bias=np.ones(2, np.float32))
    second = forward_layer(heard, spec.layers[1], loud)

    found = projection.project(Trace(spec, whole.image, (whole.layers[0], second), heard), 2, 0)

    assert found
    assert not any(one.deconvnet.any() or one.gradient.any() for one in found)


def test_the_default_stack_has_nine_places_of_5x5_pixels():
    spec = StackSpec(size=64)
    image = np.random.default_rng(3).random(spec.input_shape(1)).astype(np.float32)
    trace = forward(image - np.float32(0.5), spec, (bank_for(spec, 1), bank_for(spec, 2)))

    found = projection.project(trace, 2, 7)

    assert len(found) == 9
    assert found[0].value == trace.layers[1].activation[7].max()
    for one in found:
        assert one.patch.shape == one.deconvnet.shape == one.gradient.shape
        assert one.box.height <= 5
        assert one.box.width <= 5
        for other in found:
            apart = max(abs(one.row - other.row), abs(one.col - other.col))
            assert one is other or apart >= 5


@pytest.mark.parametrize(("layer", "channel"), [(3, 0), (2, 2), (1, -1)])
def test_a_map_that_does_not_exist_is_refused(layer, channel):
    trace = stacks.run(StackSpec(size=32, layers=(LayerSpec(filters=2), LayerSpec(filters=2))))

    with pytest.raises(PlaceError, match="would work"):
        projection.project(trace, layer, channel)
