"""The fold against its definition: contributions, shares, running sums, and the tempting wrong sums."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.compute.conv import conv2d
from app.engine.compute.forward import forward_layer
from app.engine.compute.trace import Trace
from app.engine.errors import PlaceError
from app.engine.explain import fold
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import reference, stacks

numbers = st.sampled_from((1, 2))
GROUPED = StackSpec(
    size=32,
    layers=(LayerSpec(filters=6, activation="linear"), LayerSpec(filters=4, groups=2)),
)


def draw_channel(data, trace, number):
    return data.draw(st.integers(0, trace.spec.output_shape(number)[0] - 1))


def parts_and_map(trace, number, channel, **settings):
    parts = fold.contributions(trace, number, channel, **settings)
    return parts, trace.layers[number - 1].preactivation[channel]


@settings(max_examples=100)
@given(stacks.traces(), numbers, st.integers(1, 2), st.data())
def test_contributions_and_bias_add_up_to_the_pre_activation(trace, number, threads, data):
    channel = draw_channel(data, trace, number)

    parts, total = parts_and_map(trace, number, channel, threads=threads)

    assert parts.shape == (trace.spec.input_shape(number)[0], *total.shape)
    found = parts.sum(axis=0, dtype=np.float64) + trace.layers[number - 1].bank.bias[channel]
    scale = max(1, np.abs(parts).sum(axis=0).max())
    np.testing.assert_allclose(found, total, rtol=0, atol=2e-6 * scale)


@settings(max_examples=15)
@given(stacks.traces(), numbers, st.data())
def test_a_contribution_is_one_channel_convolved_with_its_own_kernel(trace, number, data):
    channel = draw_channel(data, trace, number)
    x, layer = trace.input_of(number), trace.layers[number - 1]
    one = data.draw(st.integers(0, len(x) - 1))

    parts = fold.contributions(trace, number, channel)

    kernel = layer.bank.full[channel, one]
    expected = reference.conv2d(
        x[one : one + 1],
        kernel[None, None],
        [0],
        stride=layer.spec.stride,
        dilation=layer.spec.dilation,
        padding=layer.spec.padding_hw(*x.shape[1:]),
        mode=layer.spec.padding_mode,
    )
    scale = max(1, np.abs(expected).max())
    np.testing.assert_allclose(parts[one], expected[0], rtol=0, atol=2e-6 * scale)


def test_channels_of_other_groups_contribute_nothing():
    trace = stacks.run(GROUPED)

    parts = fold.contributions(trace, 2, 3)

    assert not parts[:3].any()
    assert parts[3:].any(axis=(1, 2)).all()


def test_a_muted_map_contributes_nothing_and_the_rest_add_up_to_what_is_heard():
    trace = stacks.run(replace(GROUPED, layers=(GROUPED.layers[0], LayerSpec(filters=4))))
    heard = trace.layers[0].activation.copy()
    heard[[1, 4]] = 0
    second = forward_layer(heard, trace.spec.layers[1], trace.layers[1].bank)
    muted = Trace(trace.spec, trace.image, (trace.layers[0], second), heard)

    parts, total = parts_and_map(muted, 2, 3)

    assert parts.any(axis=(1, 2)).tolist() == [True, False, True, True, False, True]
    bias = second.bank.bias[3]
    np.testing.assert_allclose(parts.sum(axis=0) + bias, total, rtol=0, atol=1e-5)


@settings(max_examples=60)
@given(stacks.traces(), numbers, st.data())
def test_shares_are_covariances_by_the_variance_and_sum_to_one(trace, number, data):
    parts, total = parts_and_map(trace, number, draw_channel(data, trace, number))

    found = fold.shares(parts, total)

    if not found.any():
        assert total.std() <= 1e-4 * max(1, np.abs(parts).max())
        return
    table = np.cov(np.array([*parts, total], np.float64).reshape(len(parts) + 1, -1), ddof=0)
    np.testing.assert_allclose(found, table[-1, :-1] / table[-1, -1], rtol=0, atol=1e-9)
    rounding = 2e-6 * float(np.abs(parts).sum(axis=0).max() / total.std())
    assert found.sum() == pytest.approx(1, abs=max(rounding, 1e-6))


def test_the_share_of_a_contribution_does_not_depend_on_the_bias():
    parts, total = parts_and_map(stacks.run(GROUPED), 2, 1)

    np.testing.assert_allclose(fold.shares(parts, total), fold.shares(parts, total + 8), atol=1e-6)


def test_a_map_that_is_constant_up_to_rounding_has_no_shares():
    random = np.random.default_rng(4)
    levels = random.standard_normal(5).astype(np.float32)
    parts = np.ones((5, 9, 9), np.float32) * levels[:, None, None]
    total = parts.sum(axis=0)
    total[::2] = np.nextafter(total[::2], np.float32(9))  # another order of adding

    assert fold.shares(parts, total).tolist() == [0] * 5
    assert fold.shares(np.zeros_like(parts), np.zeros_like(total)).tolist() == [0] * 5


def test_channels_are_ordered_by_absolute_share_and_equals_by_number():
    assert fold.order_by_size(np.array([0.1, -0.5, 0.5, 0, 0.9, 0])) == (4, 1, 2, 0, 3, 5)
    assert fold.order_by_size(np.tile([0.5, -0.5], 32)) == tuple(range(64))


@settings(max_examples=30)
@given(stacks.traces(), numbers, st.data())
def test_a_running_sum_grows_by_one_contribution_at_a_time_and_ends_at_the_map(trace, number, data):
    channel = draw_channel(data, trace, number)
    parts, total = parts_and_map(trace, number, channel)
    order = data.draw(st.permutations(range(len(parts))))

    bias = float(trace.layers[number - 1].bank.bias[channel])
    *sums, last = fold.running_sums(parts, order, bias)

    scale = max(1, np.abs(parts).sum(axis=0).max())
    assert len(sums) == len(order)
    for count, found in enumerate(sums, start=1):
        expected = parts[list(order[:count])].sum(axis=0, dtype=np.float64)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(last, total, rtol=0, atol=2e-6 * scale)


@settings(max_examples=30)
@given(stacks.traces(), numbers, st.data())
def test_the_running_share_is_the_share_of_the_partial_sum(trace, number, data):
    parts, total = parts_and_map(trace, number, draw_channel(data, trace, number))
    order = data.draw(st.permutations(range(len(parts))))
    each = fold.shares(parts, total)

    found = fold.running_shares(each, order)

    assert found[-1] == pytest.approx(each.sum(), abs=1e-9)
    if each.any():
        partial = np.cumsum(parts[list(order)].astype(np.float64), axis=0)
        deviation = total - total.mean(dtype=np.float64)
        expected = (partial * deviation).mean(axis=(1, 2)) / (deviation**2).mean()
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


@settings(max_examples=60)
@given(stacks.traces(), numbers, st.data())
def test_the_plain_mean_is_taken_at_the_centre_of_each_window(trace, number, data):
    channel = draw_channel(data, trace, number)
    x, spec = trace.input_of(number), trace.spec.layers[number - 1]
    read = x[stacks.channels_read(trace.layers[number - 1], channel, len(x))]  # (Cg, H, W)

    wrong = fold.plain_mean(trace, number, channel)

    middle = [(side - 1) // 2 for side in spec.kernel]
    expected = stacks.windows_of(read, spec)[..., middle[0], middle[1]].mean(axis=0)
    scale = max(1, np.abs(read).max())
    np.testing.assert_allclose(wrong.map2d, expected, rtol=0, atol=2e-6 * scale)
    true = trace.layers[number - 1].preactivation[channel]
    assert wrong.greatest_difference == np.abs(wrong.map2d - true).max()


def test_with_the_default_padding_the_plain_mean_is_that_of_the_maps_as_they_are():
    trace = stacks.run(StackSpec(size=32, layers=(LayerSpec(filters=5), LayerSpec(filters=2))))

    wrong = fold.plain_mean(trace, 2, 1)

    expected = trace.layers[0].activation.mean(axis=0)
    np.testing.assert_allclose(wrong.map2d, expected, rtol=0, atol=1e-6)


@settings(max_examples=60)
@given(stacks.traces(), numbers, st.data())
def test_the_shared_kernel_is_the_strongest_of_the_filter_s_own_on_every_channel(
    trace, number, data
):
    channel = draw_channel(data, trace, number)
    layer, x = trace.layers[number - 1], trace.input_of(number)
    read = stacks.channels_read(layer, channel, len(x))
    kernels = layer.bank.full[channel]

    wrong = fold.shared_kernel(trace, number, channel)

    energies = np.square(kernels.astype(np.float64)).sum(axis=(1, 2))
    assert wrong.kernel_of in read
    assert energies[wrong.kernel_of] == energies[read].max()
    weight = np.zeros_like(layer.bank.full[:1])
    weight[0, read] = kernels[wrong.kernel_of]
    bias = layer.bank.bias[channel : channel + 1]
    expected = conv2d(x, weight, bias, layer.spec.sliding(filters=1))[0]
    scale = max(1, np.abs(x).max() * np.abs(weight).sum())
    np.testing.assert_allclose(wrong.map2d, expected, rtol=0, atol=2e-6 * scale)
    true = layer.preactivation[channel]
    assert wrong.greatest_difference == np.abs(wrong.map2d - true).max()


def test_the_strongest_is_the_greatest_contribution_at_each_pixel_and_no_sum():
    trace = stacks.run(GROUPED)
    parts, true = parts_and_map(trace, 2, 1)

    wrong = fold.strongest(parts[:3], true)

    greatest = 0.0
    for row in range(true.shape[0]):
        for col in range(true.shape[1]):
            largest = parts[0, row, col]
            for part in parts[1:3]:
                if part[row, col] > largest:
                    largest = part[row, col]
            assert wrong.map2d[row, col] == largest
            greatest = max(greatest, abs(float(largest - true[row, col])))
    assert wrong.greatest_difference == greatest
    assert wrong.kernel_of is None


@pytest.mark.parametrize("kernels_too", [True, False])
def test_maps_in_reverse_order_make_the_map_only_with_their_kernels(kernels_too):
    trace = stacks.run(GROUPED)
    layer, channel = trace.layers[1], 1
    group = list(trace.spec.channels_read(2, channel))
    x, kernels = trace.input_of(2)[group], layer.bank.full[channel, group]
    meeting = kernels[::-1] if kernels_too else kernels

    made = fold.reversed_maps(trace, 2, channel, kernels_too=kernels_too)

    expected = reference.conv2d(
        x[::-1],
        meeting[None],
        layer.bank.bias[[channel]],
        stride=layer.spec.stride,
        dilation=layer.spec.dilation,
        padding=layer.spec.padding_hw(*x.shape[1:]),
        mode=layer.spec.padding_mode,
    )[0]
    np.testing.assert_allclose(made.map2d, expected, rtol=0, atol=1e-5)
    assert made.greatest_difference == np.abs(made.map2d - layer.preactivation[channel]).max()
    assert (made.greatest_difference < 1e-5) == kernels_too


def test_the_shared_kernel_is_right_where_all_kernels_are_equal():
    trace = stacks.run(GROUPED)
    bank = replace(trace.layers[1].bank, weight=np.ones((4, 3, 3, 3), np.float32))
    second = forward_layer(trace.layers[0].activation, trace.spec.layers[1], bank)

    wrong = fold.shared_kernel(Trace(trace.spec, trace.image, (trace.layers[0], second)), 2, 0)

    assert wrong.greatest_difference <= 2e-6 * np.abs(second.preactivation).max()


def test_the_shared_kernel_does_not_cancel_where_the_mean_of_the_kernels_does():
    trace = stacks.run(GROUPED)
    weight = np.zeros((4, 3, 3, 3), np.float32)
    weight[:, 0, 1, 1], weight[:, 1, 1, 1] = 1, -1
    bank = replace(trace.layers[1].bank, weight=weight, bias=np.zeros(4, np.float32))
    second = forward_layer(trace.layers[0].activation, trace.spec.layers[1], bank)

    wrong = fold.shared_kernel(Trace(trace.spec, trace.image, (trace.layers[0], second)), 2, 0)

    assert not weight[0].mean(axis=0).any()
    read = trace.layers[0].activation[wrong.kernel_of : wrong.kernel_of + 3]
    np.testing.assert_allclose(wrong.map2d, read.sum(axis=0), rtol=1e-5, atol=1e-5)
    assert wrong.map2d.any()


@pytest.mark.parametrize(
    ("kernels", "equal"),
    [
        ([[[1, 2]], [[1, 2]], [[1, 2]]], True),
        ([[[1, 2]], [[1, 2 + 1e-6]]], True),
        ([[[1, 2]], [[1, 2.01]]], False),
        ([[[1, 2]]], True),
        ([[[0, 0]], [[0, 0]]], True),
    ],
)
def test_kernels_are_equal_where_they_differ_by_no_more_than_rounding(kernels, equal):
    assert fold.kernels_equal(np.array(kernels, np.float32)) == equal


@pytest.mark.parametrize("function", [fold.contributions, fold.plain_mean, fold.shared_kernel])
def test_a_map_that_does_not_exist_is_refused(function):
    with pytest.raises(PlaceError, match="channel is 4; 0 to 3 would work"):
        function(stacks.run(GROUPED), 2, 4)
