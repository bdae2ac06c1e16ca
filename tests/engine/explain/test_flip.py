"""True convolution: turned kernels against a turned picture, and how far the two kinds of maps differ."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.compute.filters import bank_for, flipped, how_made
from app.engine.compute.forward import forward, forward_layer
from app.engine.compute.trace import FilterBank, Trace
from app.engine.errors import PlaceError
from app.engine.explain import flip
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import reference, stacks


@pytest.mark.parametrize("kind", stacks.KINDS)
@pytest.mark.parametrize("number", [1, 2])
def test_with_the_flip_every_kernel_is_turned_by_half_a_turn(kind, number):
    layer = LayerSpec(filters=6, kernel=(2, 3), kind=kind)
    spec = StackSpec(size=32, layers=(layer, layer))
    plain, flipped = bank_for(spec, number), bank_for(replace(spec, flip=True), number)

    np.testing.assert_array_equal(flipped.weight, np.rot90(plain.weight, 2, axes=(2, 3)))
    np.testing.assert_allclose(flipped.full, np.rot90(plain.full, 2, axes=(2, 3)), atol=1e-7)
    np.testing.assert_array_equal(flipped.bias, plain.bias)
    if plain.pointwise is not None:
        np.testing.assert_array_equal(flipped.pointwise, plain.pointwise)


def test_the_filters_made_by_hand_are_turned_too_and_it_is_said():
    spec = StackSpec(flip=True)

    plain, flipped = bank_for(StackSpec(), 1), bank_for(spec, 1)

    np.testing.assert_array_equal(flipped.weight, plain.weight[:, :, ::-1, ::-1])
    assert plain.names
    assert flipped.names == ()  # a filter that was bright to the north is one to the south now
    assert "half a turn" in str(how_made(spec, 1))
    assert "half a turn" not in str(how_made(StackSpec(), 1))


def test_an_impulse_answers_with_the_kernel_as_it_was_before_the_flip():
    layer = LayerSpec(filters=2, kernel=(3, 5), activation="linear")
    spec = StackSpec(size=32, channels=1, layers=(layer, layer))
    impulse = np.zeros((1, 32, 32), np.float32)
    impulse[0, 10, 12] = 1

    maps = forward_layer(impulse, layer, bank_for(replace(spec, flip=True), 1)).preactivation

    kernels = bank_for(spec, 1).weight[:, 0]
    np.testing.assert_array_equal(maps[:, 9:12, 10:15], kernels)


@settings(max_examples=60)
@given(stacks.traces(), st.sampled_from((1, 2)))
def test_the_differences_are_those_of_a_layer_with_turned_kernels(trace, number):
    layer, x = trace.layers[number - 1], trace.input_of(number)

    found = flip.greatest_differences(trace, number)

    other = forward_layer(x, layer.spec, flipped(layer.bank)).preactivation
    expected = [np.abs(a - b).max() for a, b in zip(other, layer.preactivation, strict=True)]
    np.testing.assert_array_equal(found, expected)


def test_the_difference_of_one_map_by_the_definition():
    random = np.random.default_rng(3)
    trace = stacks.run(StackSpec(size=32, layers=(LayerSpec(filters=2), LayerSpec(filters=2))))
    weight = random.standard_normal((2, 3, 3, 3)).astype(np.float32)
    bank = FilterBank(weight, np.zeros(2, np.float32))
    first = forward_layer(trace.image, trace.spec.layers[0], bank)

    found = flip.greatest_differences(Trace(trace.spec, trace.image, (first, first)), 1)

    one, other = (
        reference.conv2d(trace.image, kernels, [0, 0], padding=((1, 1), (1, 1)))
        for kernels in (weight, np.rot90(weight, 2, axes=(2, 3)))
    )
    np.testing.assert_allclose(found, np.abs(one - other).max(axis=(1, 2)), rtol=1e-5)


@settings(max_examples=30)
@given(stacks.specs(), st.integers(0, 2**16))
def test_symmetric_kernels_are_exactly_unchanged(spec, seed):
    trace = stacks.run(spec, seed=seed)
    banks = [
        replace(
            layer.bank, weight=layer.bank.weight + layer.bank.weight[:, :, ::-1, ::-1], names=()
        )
        for layer in trace.layers
    ]

    symmetric = forward(trace.image, spec, tuple(banks))

    for number in (1, 2):
        assert not flip.greatest_differences(symmetric, number).any()


def test_a_layer_that_does_not_exist_is_refused():
    trace = stacks.run(
        StackSpec(size=32, layers=(LayerSpec(filters=1), LayerSpec(filters=1, groups=1)))
    )

    with pytest.raises(PlaceError, match="layer is 3; 1 to 2 would work"):
        flip.greatest_differences(trace, 3)
