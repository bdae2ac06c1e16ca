"""Every kind of layer with every activation and pool: against ONNX Runtime, the definition, and its full bank."""

import tracemalloc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.engine.compute.conv import conv2d
from app.engine.compute.forward import convolve, forward, forward_layer, intermediate_maps
from app.engine.compute.trace import FilterBank
from app.engine.errors import ShapeError, SpecError
from app.engine.spec.geometry import Kind
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import reference, stacks
from tests.engine.compute import onnx_layers

MIB = 2**20
FACTORED: tuple[Kind, ...] = ("separable", "pointwise_first")


@st.composite
def cases(draw: st.DrawFn, /, *, channels: int, sides: int, **choices: Any) -> Any:
    """Return a LayerSpec, an input that it accepts, and weights."""
    count = draw(st.integers(1, channels))
    spec = draw(stacks.layers(count, **choices))
    shape = count, draw(st.integers(1, sides)), draw(st.integers(1, sides))
    assume(0 not in spec.output_hw(*shape[1:]))
    for size, border in zip(shape[1:], spec.padding_hw(*shape[1:]), strict=True):
        most = {"reflect": size - 1, "circular": size}.get(spec.padding_mode, 40)
        assume(max(border) <= most)
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    return spec, random.standard_normal(shape).astype(np.float32), bank_of(random, spec, count)


def bank_of(random, spec, channels):
    between = spec.intermediates(channels)
    kernels = {
        "standard": (spec.filters, channels // spec.groups),
        "depthwise": (spec.filters, 1),
        "separable": (between, 1),
        "pointwise_first": (spec.filters, spec.multiplier),
    }[spec.kind]
    pointwise = {
        "separable": (spec.filters, between),
        "pointwise_first": (between, channels),
    }.get(spec.kind)
    return FilterBank(
        random.standard_normal((*kernels, *spec.kernel)).astype(np.float32),
        random.standard_normal(spec.filters).astype(np.float32),
        pointwise=pointwise and random.standard_normal(pointwise).astype(np.float32),
    )


def assert_close(result, expected, most=1e-5, beside=0.0):
    """Check against the greatest value expected, or `beside` where that is greater."""
    assert result.dtype == np.float32
    assert result.shape == expected.shape
    assert np.abs(result - expected).max() <= most * max(np.abs(expected).max(), beside)


def assert_activated(layer, preactivation, output):
    """Far below zero GELU and SiLU are a small difference of values as great as what went in."""
    assert_close(layer.preactivation, preactivation)
    assert_close(layer.output, output, beside=1e-2 * np.abs(preactivation).max())


@settings(max_examples=150)
@given(cases(channels=9, sides=24), st.integers(1, 2))
def test_every_kind_pool_and_activation_equals_onnx_runtime(drawn, threads):
    spec, x, bank = drawn

    layer = forward_layer(x, spec, bank, threads=threads)

    preactivation, output = onnx_layers.run(x, bank, spec)
    assert_activated(layer, preactivation, output)


FULL_SIZE = [
    *(
        LayerSpec(kind=kind, filters=filters, pool="max")
        for kind in FACTORED
        for filters in (32, 64)
    ),
    LayerSpec(kind="depthwise", filters=128, multiplier=2, kernel=(5, 5), pool="average"),
    LayerSpec(kind="separable", multiplier=2, filters=16, stride=2, padding_mode="reflect"),
    LayerSpec(kind="separable", multiplier=2, filters=8, kernel=(5, 5), dilation=3),
    LayerSpec(kind="pointwise_first", filters=2, kernel=(1, 4), stride=3, padding_mode="circular"),
    LayerSpec(kind="pointwise_first", multiplier=4, filters=32, kernel=(7, 3), dilation=2),
    LayerSpec(filters=32, groups=8, pool="average", pool_size=8),
]


@pytest.mark.parametrize("spec", FULL_SIZE, ids=lambda spec: f"{spec.kind} to {spec.filters}")
def test_64_maps_of_100_by_130_equal_onnx_runtime(spec):
    random = np.random.default_rng(1)
    x = random.standard_normal((64, 100, 130)).astype(np.float32)
    bank = bank_of(random, spec, 64)

    layer = forward_layer(x, spec, bank, threads=2)

    preactivation, output = onnx_layers.run(x, bank, spec)
    assert_activated(layer, preactivation, output)


@settings(max_examples=40)
@given(cases(channels=3, sides=8))
def test_every_kind_equals_its_definition(drawn):
    spec, x, bank = drawn

    layer = forward_layer(x, spec, bank)

    where = {
        "stride": spec.stride,
        "dilation": spec.dilation,
        "padding": spec.padding_hw(*x.shape[1:]),
        "mode": spec.padding_mode,
    }
    groups = {"groups": spec.groups} if spec.kind == "standard" else {}
    preactivation, between = reference.layer(
        x, spec.kind, bank.weight, bank.pointwise, bank.bias, **where, **groups
    )
    assert_close(layer.preactivation, preactivation)
    found = intermediate_maps(x, bank, spec)
    if between is None:
        assert found is None
    else:
        assert_close(found, between)


@settings(max_examples=60)
@given(cases(channels=6, sides=20))
def test_the_full_bank_of_every_kind_makes_the_same_pre_activations(drawn):
    spec, x, bank = drawn

    layer = forward_layer(x, spec, bank)

    full = layer.bank.full
    assert full.shape == (spec.filters, len(x), *spec.kernel)
    maps = conv2d(x, full, bank.bias, spec.sliding(filters=spec.filters))
    scale = np.abs(full).sum(axis=(1, 2, 3)).max() * np.abs(x).max() + np.abs(bank.bias).max()
    np.testing.assert_allclose(layer.preactivation, maps, rtol=0, atol=2e-6 * scale)


def test_a_full_bank_is_made_once_and_is_read_only():
    spec = LayerSpec(kind="separable", filters=4)
    random = np.random.default_rng(0)

    layer = forward_layer(np.ones((2, 5, 5), np.float32), spec, bank_of(random, spec, 2))

    assert layer.bank.full is layer.bank.full
    with pytest.raises(ValueError, match="read-only"):
        layer.bank.full[0] = 0


def test_each_kind_has_its_pattern_of_kernels():
    random = np.random.default_rng(0)
    x = np.ones((6, 5, 5), np.float32)

    def full(**settings):
        spec = LayerSpec(**{"filters": 6} | settings)
        return forward_layer(x, spec, bank_of(random, spec, 6)).bank.full.astype(np.float64)

    def ranks(tables):
        return {int(np.linalg.matrix_rank(table, tol=1e-5)) for table in tables}

    assert full().all()
    blocks = full(groups=3).any(axis=(2, 3))
    np.testing.assert_array_equal(blocks, np.kron(np.eye(3), np.ones((2, 2))))
    np.testing.assert_array_equal(full(kind="depthwise").any(axis=(2, 3)), np.eye(6))
    once_each = full(kind="depthwise", multiplier=2, filters=12).any(axis=(2, 3))
    np.testing.assert_array_equal(once_each, np.repeat(np.eye(6), 2, axis=0))
    for multiplier in (1, 2):
        separable = full(kind="separable", multiplier=multiplier)
        of_a_column = separable.transpose(1, 0, 2, 3).reshape(6, 6, 9)
        assert ranks(of_a_column) == {multiplier}  # all filters share a channel's kernels
        of_a_row = full(kind="pointwise_first", multiplier=multiplier).reshape(6, 6, 9)
        assert ranks(of_a_row) == {multiplier}  # all channels share a filter's kernels


@pytest.mark.parametrize("kind", FACTORED)
def test_the_number_of_threads_does_not_change_one_bit_of_a_factored_layer(kind):
    spec = LayerSpec(filters=12, kind=kind, multiplier=2)
    random = np.random.default_rng(0)
    x, bank = random.standard_normal((20, 90, 200)).astype(np.float32), bank_of(random, spec, 20)

    results = [convolve(x, bank, spec, threads=threads) for threads in (1, 2, 5)]

    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


NASTY = {
    "all channels of one filter": LayerSpec(
        filters=1, kind="pointwise_first", multiplier=128, kernel=(11, 11), padding=40, stride=4
    ),
    "a border wider than the map": LayerSpec(
        filters=128, kind="pointwise_first", kernel=(11, 11), padding=40, dilation=4
    ),
    "many maps between": LayerSpec(filters=128, kind="separable", kernel=(11, 11), stride=3),
}


@pytest.mark.parametrize("name", NASTY)
def test_memory_of_a_factored_layer_beyond_its_maps_stays_below_64_mib(name):
    spec, random = NASTY[name], np.random.default_rng(0)
    x, bank = np.zeros((128, 256, 512), np.float32), bank_of(random, NASTY[name], 128)
    tracemalloc.start()

    maps = convolve(x, bank, spec, threads=2)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert maps.nbytes <= peak <= maps.nbytes + 64 * MIB


@pytest.mark.parametrize("kind", FACTORED)
def test_a_bank_without_its_second_factor_is_refused(kind):
    spec = LayerSpec(kind=kind, filters=2)
    bank = bank_of(np.random.default_rng(0), spec, 2)

    with pytest.raises(ShapeError, match="no pointwise factor"):
        forward_layer(np.ones((2, 5, 5), np.float32), spec, replace(bank, pointwise=None))


@pytest.mark.parametrize(
    ("kind", "name", "shape", "words"),
    [
        (
            "separable",
            "weight",
            (6, 1, 3, 4),
            r"weight is float32 of \(6, 1, 3, 4\); .*\(6, 1, 3, 3\)",
        ),
        ("separable", "pointwise", (5, 6), r"pointwise .*\(4, 6\) would work"),
        ("pointwise_first", "pointwise", (4, 3), r"pointwise .*\(8, 3\) would work"),
        ("pointwise_first", "bias", (8,), r"bias .*\(4,\) would work"),
    ],
)
def test_a_factor_that_disagrees_with_the_settings_is_refused(kind, name, shape, words):
    spec = LayerSpec(kind=kind, filters=4, multiplier=2)
    bank = replace(
        bank_of(np.random.default_rng(0), spec, 3), **{name: np.zeros(shape, np.float32)}
    )

    with pytest.raises(ShapeError, match=words):
        forward_layer(np.ones((3, 5, 5), np.float32), spec, bank)


@pytest.mark.parametrize("kind", FACTORED)
def test_a_kernel_wider_than_the_padded_input_of_a_factored_layer_is_refused(kind):
    spec = LayerSpec(kind=kind, filters=4, kernel=(7, 7), padding="valid")

    with pytest.raises(SpecError) as refused:
        forward_layer(
            np.ones((3, 5, 9), np.float32), spec, bank_of(np.random.default_rng(0), spec, 3)
        )

    assert refused.value.field == "kernel"


@settings(max_examples=40)
@given(stacks.traces())
def test_the_shapes_of_a_pass_are_those_that_the_spec_promises(trace):
    spec = trace.spec
    for number, layer in enumerate(trace.layers, start=1):
        assert trace.input_of(number).shape == spec.input_shape(number)
        assert layer.preactivation.shape == layer.activation.shape == spec.map_shape(number)
        assert layer.output.shape == spec.output_shape(number)
        between = intermediate_maps(trace.input_of(number), layer.bank, layer.spec)
        assert (None if between is None else between.shape) == spec.intermediate_shape(number)
        assert layer.bank.weight.shape == spec.weight_shape(number)
        pointwise = None if layer.bank.pointwise is None else layer.bank.pointwise.shape
        assert pointwise == spec.pointwise_shape(number)
        kept = {id(a): a.shape for a in (layer.preactivation, layer.activation, layer.output)}
        assert sorted(kept.values()) == sorted(spec.kept_shapes(number))


def test_layer_2_reads_the_pooled_output_of_layer_1():
    first = LayerSpec(filters=4, pool="max", activation="tanh")
    trace = stacks.run(StackSpec(size=33, layers=(first, LayerSpec(filters=2))))

    read = reference.pool(np.tanh(trace.layers[0].preactivation.astype(np.float64)), "max", 2)

    assert trace.input_of(2).shape == (4, 16, 16)
    np.testing.assert_allclose(trace.input_of(2), read, rtol=0, atol=1e-6)
    second = reference.conv2d(
        read, trace.layers[1].bank.weight, trace.layers[1].bank.bias, padding=((1, 1), (1, 1))
    )
    np.testing.assert_allclose(trace.layers[1].preactivation, second, rtol=0, atol=1e-5)


def test_every_array_of_a_factored_and_pooled_pass_is_read_only():
    first = LayerSpec(filters=4, kind="separable", pool="average")
    trace = stacks.run(StackSpec(size=32, layers=(first, LayerSpec(filters=2))))
    layer = trace.layers[0]

    for array in (layer.output, layer.bank.pointwise, layer.bank.full):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize("kind", FACTORED)
def test_a_factored_pass_needs_little_beyond_the_arrays_that_it_keeps(kind):
    second = LayerSpec(filters=32, kind=kind, pool="max")
    spec = StackSpec(size=128, layers=(LayerSpec(filters=64, pool="average"), second))
    random = np.random.default_rng(0)
    image = random.random(spec.input_shape(1), np.float32)
    banks = (
        bank_of(random, spec.layers[0], 3),
        bank_of(random, second, 64),
    )
    tracemalloc.start()

    forward(image, spec, banks, threads=2)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    kept = 4 * sum(int(np.prod(shape)) for n in (1, 2) for shape in spec.kept_shapes(n))
    assert kept <= peak <= kept + 12 * MIB
