"""A forward pass through both layers."""

import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.engine.compute import activations
from app.engine.compute import threads as threads_module
from app.engine.compute.conv import conv2d
from app.engine.compute.forward import forward, forward_layer
from app.engine.compute.trace import FilterBank
from app.engine.errors import ShapeError
from app.engine.spec.normalisation import normalise
from app.engine.spec.stack import LayerSpec, StackSpec
from app.messages import sentence
from tests.engine import reference

MIB = 2**20
SMALL = StackSpec(
    size=32,
    layers=(
        LayerSpec(filters=6, kernel=(3, 3), stride=2, activation="gelu"),
        LayerSpec(filters=4, kernel=(2, 3), groups=2, padding="valid", activation="relu"),
    ),
)


def inputs(spec):
    random = np.random.default_rng(1)
    image = random.random(spec.input_shape(1)).astype(np.float32)
    banks = tuple(
        FilterBank(
            random.standard_normal(spec.weight_shape(number)).astype(np.float32),
            random.standard_normal(spec.layers[number - 1].filters).astype(np.float32),
        )
        for number in (1, 2)
    )
    return image, banks


def arrays_of(trace):
    yield trace.image
    for layer in trace.layers:
        yield from (layer.bank.weight, layer.bank.bias, layer.preactivation, layer.activation)


def test_a_pass_equals_the_definition_of_both_layers():
    image, banks = inputs(SMALL)

    trace = forward(image, SMALL, banks, threads=2)

    first = reference.conv2d(image, banks[0].weight, banks[0].bias, stride=2, padding=((0, 1),) * 2)
    np.testing.assert_allclose(trace.layers[0].preactivation, first, rtol=0, atol=1e-5)
    read = activations.apply("gelu", first.astype(np.float32))
    np.testing.assert_allclose(trace.layers[0].activation, read, rtol=0, atol=1e-5)
    second = reference.conv2d(read, banks[1].weight, banks[1].bias, groups=2)
    np.testing.assert_allclose(trace.layers[1].preactivation, second, rtol=0, atol=3e-5)
    np.testing.assert_allclose(trace.layers[1].activation, np.maximum(second, 0), rtol=0, atol=3e-5)


def test_the_shapes_are_those_that_the_spec_promises():
    image, banks = inputs(SMALL)

    trace = forward(image, SMALL, banks)

    for number in (1, 2):
        layer = trace.layers[number - 1]
        assert layer.spec == SMALL.layers[number - 1]
        assert layer.preactivation.shape == SMALL.output_shape(number)
        assert layer.activation.shape == SMALL.output_shape(number)
        assert trace.input_of(number).shape == SMALL.input_shape(number)


def test_every_array_of_a_pass_is_read_only():
    image, banks = inputs(SMALL)

    trace = forward(image, SMALL, banks)

    for array in arrays_of(trace):
        assert array.dtype == np.float32
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_writing_to_the_arguments_afterwards_does_not_reach_the_pass():
    image, banks = inputs(SMALL)
    trace = forward(image, SMALL, banks)
    before = [array.copy() for array in arrays_of(trace)]

    image[...] = 7
    for bank in banks:
        bank.weight[...] = 7
        bank.bias[...] = 7

    for array, copy in zip(arrays_of(trace), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_first_layer_that_is_given_is_kept_and_the_pass_is_the_same():
    image, banks = inputs(SMALL)
    full = forward(image, SMALL, banks)

    again = forward(image, SMALL, banks, first=full.layers[0])

    assert again.layers[0] is full.layers[0]
    for array, other in zip(arrays_of(again), arrays_of(full), strict=True):
        np.testing.assert_array_equal(array, other)


def test_a_first_layer_of_other_settings_is_refused():
    image, banks = inputs(SMALL)
    first = forward(image, SMALL, banks).layers[0]
    other = replace(SMALL, layers=(replace(SMALL.layers[0], stride=1), SMALL.layers[1]))

    with pytest.raises(ShapeError, match="first is a pass of"):
        forward(image, other, banks, first=first)


def test_an_image_of_another_size_is_refused_with_the_size_that_would_work():
    image, banks = inputs(SMALL)

    with pytest.raises(ShapeError, match=r"\(3, 31, 32\); \(3, 32, 32\) would work"):
        forward(image[:, 1:], SMALL, banks)


def test_linear_keeps_one_array_for_both():
    spec = LayerSpec(filters=2, activation="linear")
    bank = FilterBank(np.ones((2, 1, 3, 3), np.float32), np.ones(2, np.float32))

    layer = forward_layer(np.ones((1, 5, 5), np.float32), spec, bank)

    assert layer.activation is layer.preactivation


def test_one_layer_keeps_its_maps_before_and_after_the_activation():
    spec = LayerSpec(filters=3, activation="tanh")
    random = np.random.default_rng(2)
    x = random.standard_normal((2, 20, 30)).astype(np.float32)
    weight = random.standard_normal((3, 2, 3, 3)).astype(np.float32)
    names = (sentence("a"), sentence("b"), sentence("c"))
    bank = FilterBank(weight, np.zeros(3, np.float32), names)

    layer = forward_layer(x, spec, bank, threads=2)

    np.testing.assert_array_equal(layer.preactivation, conv2d(x, bank.weight, bank.bias, spec))
    np.testing.assert_allclose(layer.activation, np.tanh(layer.preactivation), rtol=1e-6)
    assert layer.bank.names == names


@pytest.mark.parametrize("activation", ["relu", "linear"])
@pytest.mark.parametrize("pool", ["none", "max"])
@pytest.mark.parametrize("threads", [1, 2])
def test_each_map_is_shown_once_with_the_output_that_it_becomes(
    monkeypatch, activation, pool, threads
):
    monkeypatch.setattr(threads_module, "BATCH_VALUES", 2 * 20 * 30)  # two maps
    spec = LayerSpec(filters=5, activation=activation, pool=pool)
    random = np.random.default_rng(2)
    bank = FilterBank(
        random.standard_normal((5, 2, 3, 3)).astype(np.float32), np.zeros(5, np.float32)
    )
    seen = []

    layer = forward_layer(
        random.standard_normal((2, 20, 30)).astype(np.float32),
        spec,
        bank,
        threads=threads,
        look=lambda some, before, after: seen.append((some, before.copy(), after.copy())),
    )

    assert sorted(some.start for some, _, _ in seen) == [0, 2, 4]
    assert sorted(some.stop for some, _, _ in seen) == [2, 4, 5]
    for some, before, after in seen:
        np.testing.assert_array_equal(before, layer.preactivation[some])
        np.testing.assert_array_equal(after, layer.output[some])


def test_a_default_pass_needs_little_beyond_the_arrays_that_it_returns():
    spec = StackSpec()
    image, banks = inputs(spec)
    tracemalloc.start()

    trace = forward(image, spec, banks, threads=2)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    kept = sum(array.nbytes for array in arrays_of(trace))
    assert 48 * MIB <= kept <= peak <= kept + 16 * MIB


def test_centring_takes_one_half_from_every_value():
    image = np.array([[[0, 0.25], [0.5, 1]]], np.float32)

    np.testing.assert_array_equal(normalise(image, "centre"), [[[-0.5, -0.25], [0, 0.5]]])


def test_none_leaves_the_picture_as_it_is():
    image = np.array([[[0, 0.25], [0.5, 1]]], np.float32)

    np.testing.assert_array_equal(normalise(image, "none"), image)


def test_imagenet_takes_each_channel_by_its_own_mean_and_deviation():
    image = np.ones((3, 1, 1), np.float32)

    result = normalise(image, "imagenet")

    expected = [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    np.testing.assert_allclose(result.ravel(), expected, rtol=1e-6)


def test_imagenet_takes_a_grey_picture_by_the_mean_of_the_three():
    result = normalise(np.ones((1, 2, 2), np.float32), "imagenet")

    np.testing.assert_allclose(result, np.full((1, 2, 2), (1 - 0.449) / 0.226), rtol=1e-6)


@pytest.mark.parametrize("how", ["centre", "none", "imagenet"])
@pytest.mark.parametrize("channels", [1, 3])
def test_normalising_keeps_shape_and_float32_and_only_reads(how, channels):
    image: Any = np.random.default_rng(0).random((channels, 4, 5))
    image.setflags(write=False)

    result = normalise(image, how)

    assert (result.dtype, result.shape) == (np.dtype("float32"), image.shape)
