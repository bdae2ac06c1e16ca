"""Convolutions, biases, BatchNorms and factors of files without a graph, by names, lengths and places."""

import numpy as np
import pytest

from app.untrusted.weights.by_name.operations import with_operations
from app.untrusted.weights.errors import UnsupportedWeights
from tests.untrusted.weights.descriptions import described, noise

FIRST, SECOND = noise(16, 3, 3, 3), noise(8, 16, 3, 3, seed=1)


def operations(arrays, format="safetensors"):
    made = with_operations(described(arrays, format)).operations
    assert made is not None
    return made


def vectors(stem: str, length: int, words=("weight", "bias", "running_mean", "running_var")):
    return {f"{stem}{word}": np.abs(noise(length, seed=3)) for word in words}


@pytest.mark.parametrize(
    ("weight", "bias"),
    [
        ("conv1.weight", "conv1.bias"),
        ("w1", "b1"),
        ("W1", "b1"),
        ("W_conv1", "b_conv1"),
        ("weight_1", "bias_1"),
        ("conv1/weights", "conv1/biases"),
        ("conv1/weights", "conv1/bias"),
        ("conv1_W", "conv1_b"),
        ("conv1W", "conv1b"),
        ("layers.0.kernel", "layers.0.bias"),
        ("conv/kernel:0", "conv/bias:0"),
        ("filters1", "biases1"),
        ("layer_1/param_0", "layer_1/param_1"),
        ("layers/conv2d/vars/0", "layers/conv2d/vars/1"),
        ("stem", "stem_bias"),
    ],
)
def test_a_bias_is_found_by_the_common_names(weight, bias):
    arrays = {"a/first": noise(16), weight: FIRST, "zz": noise(16), bias: noise(16)}

    (found,) = (one for one in operations(arrays) if one.parts["weight"] == weight)

    assert found.parts["bias"] == bias
    assert found.trust == "named"


def test_a_bias_without_a_name_is_the_only_vector_directly_behind():
    arrays = {"arr_0": FIRST, "arr_1": noise(16), "arr_2": SECOND, "arr_3": noise(8)}

    found = operations(arrays, "npz")

    assert [one.parts.get("bias") for one in found] == ["arr_1", "arr_3"]
    assert {one.trust for one in found} == {"placed"}


@pytest.mark.parametrize(
    "behind",
    [
        {"2.bias": noise(16), "2.weight": noise(16, 16, 3, 3)},
        {"2.bias": noise(16), "2.weight": noise(16, 256)},
    ],
)
def test_the_bias_of_the_next_layer_is_not_that_of_a_layer_without_one(behind):
    first = operations({"0.weight": FIRST} | behind)[0]

    assert first.parts == {"weight": "0.weight"}


@pytest.mark.parametrize(
    "behind",
    [
        {"prelu.weight": noise(16)},
        {"gamma": noise(16)},
        {"x1": noise(15)},
        {"x1": noise(16), "x2": noise(16)},
    ],
)
def test_what_is_no_bias_is_not_taken_for_one(behind):
    (found,) = operations({"arr": FIRST} | behind)

    assert "bias" not in found.parts


@pytest.mark.parametrize(
    ("weight", "norm"),
    [
        ("features.0.weight", "features.1."),
        ("0.weight", "1."),
        ("layer1.0.conv1.weight", "layer1.0.bn1."),
        ("stem.conv.weight", "stem.norm."),
        ("stem.conv.weight", "stem.bn."),
        ("conv1.conv.weight", "conv1.batchnorm."),
        ("features.conv0.weight", "features.norm0."),
    ],
)
def test_a_batch_norm_is_offered_where_names_and_lengths_fit(weight, norm):
    found = operations({weight: FIRST} | vectors(norm, 16))

    assert [one.kind for one in found] == ["conv", "batch_norm"]
    assert found[1].parts == {
        "gamma": f"{norm}weight",
        "beta": f"{norm}bias",
        "mean": f"{norm}running_mean",
        "variance": f"{norm}running_var",
    }
    assert found[1].trust == "named"


@pytest.mark.parametrize(
    ("weight", "norm", "length"),
    [
        ("features.0.weight", "features.2.", 16),
        ("features.0.weight", "features.1.", 15),
        ("conv1.weight", "bn2.", 16),
    ],
)
def test_another_batch_norm_is_not(weight, norm, length):
    found = operations({weight: FIRST} | vectors(norm, length))

    assert [one.kind for one in found] == ["conv"]
    assert "bias" not in found[0].parts


def test_the_names_of_keras_have_batch_norms_too():
    words = ("gamma", "beta", "moving_mean", "moving_variance")
    arrays = {"stem_conv/kernel": FIRST.transpose(2, 3, 1, 0)} | vectors("stem_bn/", 16, words)

    assert [one.kind for one in operations(arrays, "HDF5")] == ["conv", "batch_norm"]


def test_masks_of_pruning_are_applied():
    mask = (noise(*FIRST.shape, seed=2) > 0).astype(np.float32)
    description = described({"c.weight_orig": FIRST, "c.weight_mask": mask, "c.bias": noise(16)})

    made = with_operations(description)

    (found,) = made.operations or ()
    assert dict(found.parts) == {"weight": "c.weight", "bias": "c.bias"}
    np.testing.assert_array_equal(made.tensors["c.weight"].load(), FIRST * mask)


def test_spectral_norm_as_a_parametrization_is_composed():
    stem = "c.parametrizations.weight"
    u, v = noise(16, seed=4), noise(27, seed=5)
    arrays = {f"{stem}.original": FIRST, f"{stem}.0._u": u, f"{stem}.0._v": v}

    made = with_operations(described(arrays))

    sigma = u.astype(float) @ FIRST.reshape(16, 27).astype(float) @ v
    np.testing.assert_allclose(made.tensors["c.weight"].load(), FIRST / sigma, rtol=1e-5)


@pytest.mark.parametrize(
    "arrays",
    [
        {"c.parametrizations.weight.original": FIRST},
        {"c.parametrizations.weight.original": FIRST, "c.parametrizations.weight.0.base": FIRST},
        {"c.parametrizations.weight.0.base": FIRST},
        {"c.weight_orig": FIRST},
        {"c.weight_orig": FIRST, "c.weight_u": noise(16)},
        {"c.weight_orig": FIRST, "c.weight_u": noise(5), "c.weight_v": noise(27)},
        {"c.weight_g": noise(4, 1, 1, 1), "c.weight_v": FIRST},
    ],
)
def test_parts_that_are_not_known_are_refused_by_name(arrays):
    with pytest.raises(UnsupportedWeights, match=r"c\.\w+.* is one part of a weight"):
        operations(arrays)


@pytest.mark.parametrize(
    ("arrays", "format"),
    [
        ({"c.weight": FIRST.astype(np.int8)}, "safetensors"),
        ({"c.weight": FIRST.astype(np.uint8), "c.weight_scale": noise(16)}, "npz"),
        ({"c.weight": FIRST.astype(np.int8), "c.zero_point": noise(1)}, "npz"),
    ],
)
def test_codes_are_refused_as_quantised(arrays, format):
    with pytest.raises(UnsupportedWeights, match="quantised"):
        operations(arrays, format)


def test_whole_numbers_made_by_hand_are_filters():
    assert [one.kind for one in operations({"sobel": FIRST.astype(np.int8)}, "npz")] == ["conv"]


def test_transposed_convolutions_are_told_by_their_names():
    found = operations({"deconv1.weight": FIRST, "conv.weight": SECOND})

    assert {one.label: one.kind for one in found} == {
        "deconv1.weight": "transposed",
        "conv.weight": "conv",
    }


def test_factors_with_a_bias_between_them_are_two_layers():
    arrays = {
        "b.depthwise.weight": noise(16, 1, 3, 3),
        "b.depthwise.bias": noise(16),
        "b.pointwise.weight": noise(8, 16, 1, 1),
        "b.pointwise.bias": noise(8),
    }
    assert [one.kind for one in operations(arrays)] == ["conv", "conv"]
    del arrays["b.depthwise.bias"]
    assert [one.kind for one in operations(arrays)] == ["separable"]


def test_convolutions_come_in_the_natural_order_of_their_names():
    arrays = {f"layer{number}.weight": FIRST for number in (10, 2, 1)}

    assert [one.label for one in operations(arrays)] == [
        f"layer{number}.weight" for number in (1, 2, 10)
    ]
