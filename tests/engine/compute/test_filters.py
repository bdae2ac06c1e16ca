"""Weights: reproducible random ones, the first of a bank, the equivalent full bank."""

import numpy as np
import pytest

from app.engine.compute.filters import bank_for, how_made
from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import LayerSpec, StackSpec
from app.engine.weights.handmade.bank import bank


def stack(*, filters=(64, 32), kernel=(3, 3), weights=("random", "random"), seed=0, **first):
    return StackSpec(
        seed=seed,
        layers=(
            LayerSpec(filters=filters[0], kernel=kernel, weights=weights[0], **first),
            LayerSpec(filters=filters[1], weights=weights[1]),
        ),
    )


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("spec", [stack(), stack(filters=(6, 9), kernel=(1, 5), groups=3)])
def test_random_weights_have_the_shape_of_the_layer_and_zero_biases(spec, number):
    made = bank_for(spec, number)

    assert made.weight.shape == spec.weight_shape(number)
    assert made.weight.dtype == made.bias.dtype == np.float32
    np.testing.assert_array_equal(made.bias, np.zeros(spec.layers[number - 1].filters))
    assert made.names == ()


@pytest.mark.parametrize(("number", "products"), [(1, 27), (2, 576)])
def test_random_weights_keep_the_scale_of_what_they_read_through_relu(number, products):
    weight = bank_for(stack(), number).weight

    assert weight.std() == pytest.approx(np.sqrt(2 / products), rel=0.06)
    assert abs(weight.mean()) < 4 * np.sqrt(2 / products / weight.size)


def test_random_deviation_counts_only_the_channels_that_a_filter_reads():
    weight = bank_for(stack(filters=(126, 32), groups=3), 1).weight  # (126, 1, 3, 3)

    assert weight.std() == pytest.approx(np.sqrt(2 / 9), rel=0.1)


def test_random_weights_are_the_same_for_the_same_seed_and_differ_otherwise():
    one, again, other = (bank_for(stack(seed=seed), 1).weight for seed in (5, 5, 6))

    np.testing.assert_array_equal(one, again)
    assert not np.isclose(one, other).any(axis=(1, 2, 3)).all()
    second = bank_for(stack(filters=(3, 64), seed=5), 2).weight  # layer 2, of layer 1's shape
    assert not np.allclose(one, second)


def test_the_greatest_seed_works():
    assert np.isfinite(bank_for(stack(seed=2**32 - 1), 2).weight).all()


def test_a_random_filter_stays_as_it_is_when_more_filters_are_asked_for():
    few = bank_for(stack(filters=(10, 4)), 1).weight
    many = bank_for(stack(filters=(100, 4)), 1).weight

    np.testing.assert_array_equal(few, many[:10])


@pytest.mark.parametrize("number", [1, 2])
def test_fewer_filters_made_by_hand_are_the_first_of_the_bank(number):
    filters = (64, 5) if number == 2 else (7, 5)
    second = "handmade" if number == 2 else "random"
    made = bank_for(stack(filters=filters, weights=("handmade", second)), number)
    n = filters[number - 1]

    np.testing.assert_array_equal(made.weight, bank(number).weight[:n])
    np.testing.assert_array_equal(made.bias, bank(number).bias[:n])
    assert made.names == bank(number).names[:n]


def test_without_bias_all_biases_are_zero():
    spec = stack(weights=("handmade", "handmade"), bias=False)

    assert not bank_for(spec, 1).bias.any()
    assert bank_for(spec, 2).bias.any()  # layer 2 keeps its own


def test_a_full_bank_does_what_the_grouped_layer_does():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(6, 5, 7)).astype(np.float32)
    weight = rng.normal(size=(4, 3, 3, 3)).astype(np.float32)  # 2 groups of 3 channels

    full = FilterBank(weight, np.zeros(4, np.float32), groups=2).full

    assert full.shape == (4, 6, 3, 3)
    assert full.dtype == np.float32
    np.testing.assert_allclose(_slide(x, full), _grouped(x, weight, 2), rtol=0, atol=1e-12)


def test_a_full_bank_of_a_depthwise_layer_has_one_kernel_in_each_row():
    weight = np.ones((4, 1, 1, 1), np.float32)

    full = FilterBank(weight, np.zeros(4, np.float32), kind="depthwise", groups=4).full

    np.testing.assert_array_equal(full[..., 0, 0], np.eye(4))


def test_a_full_bank_of_one_group_is_the_bank_itself():
    made = bank_for(stack(weights=("handmade", "random")), 1)

    np.testing.assert_array_equal(made.full, made.weight)


def test_how_the_weights_were_made_is_one_sentence_with_the_settings_in_it():
    random, by_hand = stack(seed=77), stack(weights=("handmade", "handmade"))

    assert "seed 77" in str(how_made(random, 1))
    assert "0.272" in str(how_made(random, 1))  # the square root of 2/27
    assert "0.0589" in str(how_made(random, 2))  # the square root of 2/576
    assert "by hand" in str(how_made(by_hand, 1))
    assert "maps of layer 1" in str(how_made(by_hand, 2))


FACTORED = ("separable", "pointwise_first")


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("kind", ["depthwise", *FACTORED])
def test_random_weights_of_every_kind_have_the_shapes_of_the_layer(kind, number):
    layer = LayerSpec(filters=8, kind=kind, multiplier=2, kernel=(2, 3))
    spec = StackSpec(layers=(layer, layer))

    made = bank_for(spec, number)

    assert made.weight.shape == spec.weight_shape(number)
    mixing = None if made.pointwise is None else made.pointwise.shape
    assert mixing == spec.pointwise_shape(number)
    assert made.bias.shape == (spec.layers[number - 1].filters,)
    channels = spec.input_shape(number)[0]
    assert made.full.shape == (spec.layers[number - 1].filters, channels, 2, 3)
    if made.pointwise is not None:
        assert made.pointwise.dtype == np.float32


@pytest.mark.parametrize(
    ("kind", "kernels", "mixing"),
    [("separable", 2 / 9, 1 / 128), ("pointwise_first", 1 / 18, 2 / 64)],
)
def test_the_first_factor_makes_up_for_the_rectified_input_and_the_second_for_nothing(
    kind, kernels, mixing
):
    layers = (LayerSpec(filters=64), LayerSpec(filters=64, kind=kind, multiplier=2))

    made = bank_for(StackSpec(layers=layers), 2)

    assert made.weight.std() == pytest.approx(np.sqrt(kernels), rel=0.06)
    assert made.pointwise.std() == pytest.approx(np.sqrt(mixing), rel=0.03)
    message = str(how_made(StackSpec(layers=layers), 2))
    assert f"{np.sqrt(kernels):.3g} for the kernels" in message
    assert f"{np.sqrt(mixing):.3g} for the 1 × 1" in message


@pytest.mark.parametrize("kind", FACTORED)
def test_random_factors_keep_the_scale_that_a_standard_layer_keeps(kind):
    layers = (LayerSpec(filters=64), LayerSpec(filters=64, kind=kind))

    full = bank_for(StackSpec(layers=layers), 2).full

    assert (full**2).sum(axis=(1, 2, 3)).mean() == pytest.approx(2, rel=0.1)  # 576 times 2 / 576


@pytest.mark.parametrize("kind", FACTORED)
def test_a_random_factored_filter_stays_when_more_filters_are_asked_for(kind):
    few, many = (
        bank_for(StackSpec(layers=(LayerSpec(filters=5), LayerSpec(filters=filters, kind=kind))), 2)
        for filters in (4, 9)
    )

    np.testing.assert_array_equal(few.full, many.full[:4])


def _slide(x, weight):
    """Convolve without padding, by the definition."""
    filters, _, height, width = weight.shape
    rows, columns = x.shape[1] - height + 1, x.shape[2] - width + 1
    out = np.zeros((filters, rows, columns))
    for f, row, col in np.ndindex(*out.shape):
        window = x[:, row : row + height, col : col + width].astype(np.float64)
        out[f, row, col] = (window * weight[f]).sum()
    return out


def _grouped(x, weight, groups):
    each, some = len(x) // groups, len(weight) // groups
    parts = [
        _slide(x[g * each : (g + 1) * each], weight[g * some : (g + 1) * some])
        for g in range(groups)
    ]
    return np.concatenate(parts)
