"""Two linear layers as one: its weights against impulses, its maps against the stack, by definition."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.engine.compute.filters import bank_for
from app.engine.compute.forward import forward
from app.engine.errors import SpecError
from app.engine.explain.compose import check_composable, compose, multiply_adds, weights
from app.engine.explain.composed_agreement import measure
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import reference, stacks

linear_stacks = stacks.specs(activations=("linear",), pools=("none",))


def linear_layer(**given):
    defaults: dict[str, Any] = {"filters": 2, "activation": "linear", "weights": "random"}
    return LayerSpec(**defaults | given)


def stack(first, second, *, channels=1, size=32):
    layers = (linear_layer(**first), linear_layer(**second))
    return StackSpec(size=size, channels=channels, layers=layers)


def composed(trace):
    return compose(trace.spec, (trace.layers[0].bank, trace.layers[1].bank))


@pytest.fixture(scope="module")
def default():
    layers = (
        LayerSpec(filters=64, activation="linear"),
        LayerSpec(filters=32, activation="linear"),
    )
    spec = StackSpec(size=64, layers=layers)
    image = np.random.default_rng(0).random(spec.input_shape(1)).astype(np.float32)
    return forward(image - np.float32(0.5), spec, (bank_for(spec, 1), bank_for(spec, 2)))


def test_the_default_stack_is_32_filters_of_5x5x3_and_so_2400_weights(default):
    one = composed(default)

    assert one.weight.shape == (32, 3, 5, 5)
    assert weights(default.spec).value == one.weight.size == 2_400
    assert multiply_adds(default.spec).value == 2_400 * 64 * 64
    assert (one.stride, one.dilation, one.padding) == (1, 1, ((2, 2), (2, 2)))


def test_the_default_stack_is_one_layer_inside_but_not_on_the_outer_ring(default):
    found = measure(default)

    assert found.inside < 1e-5 * found.greatest
    assert found.ring > 1e-2 * found.greatest


SHAPES = {
    "two of 3x3": ({}, {}),
    "sides that differ": ({"kernel": (2, 3)}, {"kernel": (3, 1)}),
    "dilations": ({"dilation": 2}, {"kernel": (2, 2), "dilation": 4}),
    "dilations without a common divisor": ({"dilation": 2}, {"kernel": (2, 2), "dilation": 3}),
    "strides": ({"stride": 2}, {"stride": 3, "kernel": (2, 3)}),
    "stride and dilation": ({"kernel": (2, 2), "stride": 2}, {"dilation": 2, "kernel": (2, 2)}),
    "groups": ({"filters": 6, "groups": 3}, {"groups": 2}),
    "separable": ({"kind": "separable", "multiplier": 2}, {"kind": "separable"}),
    "pointwise-first": ({"kind": "depthwise"}, {"kind": "pointwise_first", "multiplier": 2}),
}


@pytest.mark.parametrize(("first", "second"), SHAPES.values(), ids=SHAPES)
def test_a_weight_is_what_the_stack_makes_of_one_lit_pixel(first, second):
    trace = stacks.run(stack(first, second, channels=3))

    one = composed(trace)

    filters, channels, *taps = one.weight.shape
    spans = [one.dilation * (count - 1) + 1 for count in taps]
    answers = np.zeros((filters, channels, *spans))
    for channel, row, col in np.ndindex(channels, *spans):
        lit = np.zeros((channels, *spans))
        lit[channel, row, col] = 1
        answers[:, channel, row, col] = through_both(trace, lit)[:, 0, 0]
    grid = answers[:, :, :: one.dilation, :: one.dilation]
    np.testing.assert_allclose(one.weight, grid, rtol=0, atol=1e-6)
    assert np.count_nonzero(answers) == np.count_nonzero(grid)  # nothing between the taps


def through_both(trace, x):
    """Run both layers without padding and biases, by the definition of convolution."""
    for layer in trace.layers:
        kernels = layer.bank.full
        settings = {"stride": layer.spec.stride, "dilation": layer.spec.dilation}
        x = reference.conv2d(x, kernels, np.zeros(len(kernels)), **settings)
    return x


BORDERS = {
    "zeros": ({}, {}),
    "a wide border": ({"padding": 3}, {"kernel": (2, 3), "padding": 2}),
    "none": ({"padding": "valid"}, {"padding": "valid"}),
    "none in layer 2": ({}, {"padding": "valid"}),
    "circular": ({"padding_mode": "circular"}, {"padding_mode": "circular"}),
    "reflect, then zeros": ({"padding_mode": "reflect"}, {}),
    "replicate": ({"padding_mode": "replicate"}, {"padding_mode": "replicate"}),
    "strides that leave pixels unread": ({"stride": 3, "padding": "valid"}, {"stride": 4}),
}


@pytest.mark.parametrize(("first", "second"), BORDERS.values(), ids=BORDERS)
def test_the_differences_are_those_to_the_one_layer_by_definition(first, second):
    trace = stacks.run(stack(first, second))
    one = composed(trace)

    found = measure(trace)

    maps = reference.conv2d(
        trace.image,
        one.weight,
        one.bias,
        stride=one.stride,
        dilation=one.dilation,
        padding=one.padding,
        mode=trace.spec.layers[0].padding_mode,
    )
    stored = trace.layers[1].activation
    worst = np.abs(maps - stored).max(axis=0)
    inside = inside_by_ones(trace)
    assert found.inside == pytest.approx(worst[inside].max(), abs=1e-12)
    if inside.all():
        assert found.ring is None
    else:
        assert found.ring == pytest.approx(worst[~inside].max(), abs=1e-12)
    assert found.greatest == np.abs(stored).max()


def inside_by_ones(trace):
    """Return where the windows of layer 2 read no padding, by padding ones with zeros."""
    on_zeros = replace(trace.spec.layers[1], padding_mode="zeros")
    read = stacks.windows_of(np.ones_like(trace.layers[0].output[:1]), on_zeros)
    return read.all(axis=(0, 3, 4))


@settings(max_examples=60)
@given(linear_stacks, st.integers(0, 2**16))
def test_inside_the_stack_and_the_one_layer_agree(spec, seed):
    trace = stacks.run(spec, seed=seed)

    found = measure(trace)

    assume(found.inside is not None)
    one = composed(trace)
    scale = np.abs(one.weight).sum(axis=(1, 2, 3)).max() * np.abs(trace.image).max()
    assert found.inside <= 1e-5 * (scale + np.abs(one.bias).max())


@pytest.mark.parametrize("padding", ["same", 1])
def test_the_ring_differs_where_layer_2_reads_zeros(padding):
    found = measure(stacks.run(stack({"padding": padding}, {"padding": padding})))

    assert found.ring > 1e-3 > found.inside


@pytest.mark.parametrize("second", [{"padding": "valid"}, {"kernel": (1, 1)}])
def test_there_is_no_ring_where_layer_2_reads_no_padding(second):
    found = measure(stacks.run(stack({}, second)))

    assert found.ring is None
    assert found.inside < 1e-5


def test_on_a_circular_border_even_the_ring_agrees():
    circular = {"padding_mode": "circular"}

    found = measure(stacks.run(stack(circular, circular)))

    assert found.ring < 1e-5


def test_where_layer_2_sees_padding_everywhere_there_is_no_inside():
    first = {"kernel": (11, 11), "dilation": 3, "padding": "valid"}  # leaves 2 x 2

    found = measure(stacks.run(stack(first, {"kernel": (5, 5)})))

    assert found.inside is None
    assert found.ring > 1e-3


def test_the_bias_of_the_one_layer_is_what_the_stack_makes_of_nothing():
    trace = stacks.run(stack({"padding": "valid"}, {"padding": "valid"}))
    nothing = np.zeros_like(trace.image)

    dark = forward(nothing, trace.spec, (trace.layers[0].bank, trace.layers[1].bank))

    expected = composed(trace).bias[:, None, None]
    np.testing.assert_allclose(
        dark.layers[1].output - expected, np.zeros_like(dark.layers[1].output), atol=1e-6
    )


def test_a_flipped_stack_is_the_flipped_one_layer(default):
    flipped = replace(default.spec, flip=True)

    one = compose(flipped, (bank_for(flipped, 1), bank_for(flipped, 2)))

    expected = composed(default).weight[:, :, ::-1, ::-1]
    np.testing.assert_allclose(one.weight, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ({"activation": "relu"}, {}, "activation1 is relu, .*; linear would work"),
        ({}, {"activation": "tanh"}, "activation2 is tanh, .*; linear would work"),
        ({"pool": "average"}, {}, "pool1 is average, .*; none would work"),
        ({}, {"pool": "max"}, "pool2 is max, .*; none would work"),
    ],
)
def test_layers_that_are_not_one_are_refused(first, second, message):
    with pytest.raises(SpecError, match=message):
        check_composable(stack(first, second))


@pytest.mark.parametrize(
    ("apart", "what"), [({"stride": 4}, "weights"), ({"padding": 20}, "multiply-adds")]
)
def test_one_layer_that_would_cost_far_more_than_both_is_refused(apart, what):
    wide = {"kernel": (11, 11)}
    spec = stack(
        {"filters": 1} | wide | apart, {"filters": 128, "dilation": 4} | wide, channels=3, size=256
    )

    with pytest.raises(SpecError, match=f"kernel2 makes one layer of .* {what}; at most"):
        check_composable(spec)
