"""Small files, each made after a fault that somebody met: what the lab makes of them, through a worker."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from safetensors.numpy import load_file

from app.lab.keep.weight_jobs import WeightJobs
from app.untrusted.weights.errors import BadValues, UnsupportedWeights
from app.untrusted.weights.layers.choice import Choice, LayerChoice
from app.untrusted.weights.layers.extract import Extracted
from tests.lab.weight_jobs import JOBS

CASES = Path(__file__).parents[2] / "untrusted" / "weights" / "cases"


def taken(name: str, choice: Choice | None = None, jobs: WeightJobs = JOBS) -> Extracted:
    with (CASES / name).open("rb") as file:
        return jobs.take(file, choice or Choice())


def names(found: Extracted) -> list[str]:
    return [layer.found.name for layer in found.layers]


def held(name: str) -> dict[str, np.ndarray]:
    path = CASES / name
    if path.suffix == ".npz":
        return dict(np.load(path))
    if path.suffix == ".safetensors":
        return load_file(path)
    if path.suffix == ".onnx":
        graph = onnx.load(path).graph
        return {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    arrays: dict[str, np.ndarray] = {}

    def take(name: str, one: Any) -> None:
        if isinstance(one, h5py.Dataset):
            arrays[name] = one[()]

    with h5py.File(path) as file:
        file.visititems(take)
    return arrays


def test_weights_that_overflow_are_refused_with_what_was_found():
    with pytest.raises(BadValues, match="can reach"):
        taken("overflow_500.npz")


@pytest.mark.parametrize("form", ["old", "new"])
def test_weight_norm_is_composed(form):
    name = f"weight_norm_{form}.safetensors"
    arrays, found = held(name), taken(name)

    parts = (
        ("weight_g", "weight_v")
        if form == "old"
        else ("parametrizations.weight.original0", "parametrizations.weight.original1")
    )
    for layer, stem in zip(found.layers, ("conv1", "conv2"), strict=True):
        gains, directions = (arrays[f"{stem}.{part}"].astype(float) for part in parts)
        for made, gain, direction in zip(layer.values.weight, gains, directions, strict=True):
            expected = gain.item() * direction / np.linalg.norm(direction)
            np.testing.assert_allclose(made, expected, rtol=1e-6)
        np.testing.assert_array_equal(layer.values.bias, arrays[f"{stem}.bias"])


def test_spectral_norm_is_composed_from_the_stored_vectors():
    arrays, found = held("spectral_old.safetensors"), taken("spectral_old.safetensors")

    for layer, stem in zip(found.layers, ("conv1", "conv2"), strict=True):
        weight, u, v = (
            arrays[f"{stem}.weight_{part}"].astype(float) for part in ("orig", "u", "v")
        )
        sigma = sum(
            u[row] * each * v[column]
            for row, values in enumerate(weight.reshape(len(u), -1))
            for column, each in enumerate(values)
        )
        np.testing.assert_allclose(layer.values.weight, weight / sigma, rtol=1e-5)


@pytest.mark.parametrize("name", ["int8.safetensors", "onnx_qdq.onnx"])
def test_quantised_weights_are_refused_by_that_name(name):
    with pytest.raises(UnsupportedWeights, match="quantised"):
        taken(name)


def test_a_separable_layer_of_keras_is_one_layer():
    found = taken("keras_separable.keras")

    second = found.layers[1]
    assert (second.found.kind, second.found.channels, second.found.multiplier) == (
        *("separable", 16),
        2,
    )
    assert second.values.bias is not None
    assert found.relation.text.startswith("The file says")


def test_a_depthwise_layer_of_keras_is_told_apart_by_the_config():
    name = "keras_efficientnet_dwconv.h5"
    found, arrays = taken(name), held(name)

    first, second = found.layers
    assert (second.found.kind, second.found.channels, second.found.multiplier) == (
        *("depthwise", 32),
        1,
    )
    stem = "model_weights/block1a_bn/block1a_bn"
    scale = arrays[f"{stem}/gamma"] / np.sqrt(arrays[f"{stem}/moving_variance"] + 1e-3)
    kernels = arrays["model_weights/block1a_dwconv/block1a_dwconv/kernel"][:, :, :, 0]
    expected = kernels.transpose(2, 0, 1)[:, None] * scale[:, None, None, None]
    np.testing.assert_allclose(second.values.weight, expected, rtol=1e-5)
    assert (first.settings["stride"], first.settings["activation"]) == (2, "silu")


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("keras_names.h5", "/stem/", "/block/"),
        ("keras_nested.h5", "/zz_first/", "/aa_second/"),
        ("keras_bf16.keras", "conv2d/", "conv2d_1/"),
    ],
)
def test_the_order_of_keras_is_that_of_its_layers(name, first, second):
    found = taken(name)

    assert first in names(found)[0]
    assert second in names(found)[1]
    assert "The file says that layer 2 reads" in str(found.relation)


def test_a_bfloat16_of_keras_is_read():
    weight = taken("keras_bf16.keras").layers[0].values.weight

    assert 0.05 < weight.std() < 0.2


@pytest.mark.parametrize(
    ("name", "biases"),
    [
        ("npz_bias_W_conv1.npz", ["b_conv1", "b_conv2"]),
        ("npz_bias_weight_1.npz", ["bias_1", "bias_2"]),
        ("npz_positional.npz", ["arr_1", "arr_3"]),
        ("onnx_bias_as_add.onnx", ["bb", "bc"]),
    ],
)
def test_biases_are_found(name, biases):
    found, arrays = taken(name), held(name)

    for layer, bias in zip(found.layers, biases, strict=True):
        np.testing.assert_array_equal(layer.values.bias, arrays[bias].ravel())


def test_a_bias_can_be_named_and_left_out():
    choice = Choice(first=LayerChoice(bias="arr_1"), second=LayerChoice(bias="none"))

    first, second = taken("npz_positional.npz", choice).layers

    assert first.values.bias is not None
    assert second.values.bias is None
    assert second.settings["bias"] is False


def test_a_batch_norm_is_folded_exactly_and_said_or_left_out():
    name, off = "onnx_bn_unfused.onnx", LayerChoice(batch_norm=False)
    graph = onnx.load(CASES / name).graph
    (norm,) = (node for node in graph.node if node.op_type == "BatchNormalization")
    arrays = held(name)
    gamma, beta, mean, variance = (arrays[each].astype(float) for each in norm.input[1:])
    epsilon = next((each.f for each in norm.attribute if each.name == "epsilon"), 1e-5)

    folded, plain = taken(name), taken(name, Choice(first=off))

    scale = gamma / np.sqrt(variance + epsilon)
    values = folded.layers[0].values
    np.testing.assert_allclose(values.weight, arrays["w1"] * scale[:, None, None, None], rtol=1e-5)
    bias = plain.layers[0].values.bias
    added = 0 if bias is None else bias
    assert values.bias is not None
    np.testing.assert_allclose(values.bias, (added - mean) * scale + beta, rtol=1e-4, atol=1e-6)
    assert any("BatchNorm" in str(each) for each in folded.followed)
    assert any("left out" in str(each) for each in plain.unfollowed)
    np.testing.assert_array_equal(plain.layers[0].values.weight, arrays["w1"])


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("identity_weight.onnx", "w1", "w2"),
        ("onnx_identity_bias_zeros.onnx", "0.weight", "2.weight"),
        ("transpose.onnx", "w1", "w2"),
        ("function.onnx", "w1", "w2"),
        ("constant_floats_bias.onnx", "w1", "w2"),
    ],
)
def test_the_constants_of_a_graph_are_followed(name, first, second):
    found = taken(name)

    assert names(found) == [first, second]
    assert "The file says that layer 2 reads" in str(found.relation)
    assert all(layer.values.bias is not None for layer in found.layers)


def test_a_depthwise_layer_of_pytorch_is_offered():
    found, arrays = taken("mobilenet_v2.safetensors"), held("mobilenet_v2.safetensors")

    first, second = found.layers
    assert names(found) == ["features.0.0.weight", "features.1.conv.0.0.weight"]
    assert second.found.kind == "depthwise"
    scale = arrays["features.0.1.weight"] / np.sqrt(arrays["features.0.1.running_var"] + 1e-5)
    expected = arrays["features.0.0.weight"] * scale[:, None, None, None]
    np.testing.assert_allclose(first.values.weight, expected, rtol=1e-5)
    assert any("epsilon" in str(each) for each in found.guessed)


def test_what_lies_between_two_layers_is_named():
    choice = Choice(
        first=LayerChoice(name="features.0.0.weight"),
        second=LayerChoice(name="features.1.conv.1.weight"),
    )

    found = taken("mobilenet_v2.safetensors", choice)

    assert "features.1.conv.0.0.weight" in str(found.relation)


def test_an_export_of_a_separable_layer_comes_back():
    arrays, found = held("own_export_separable.npz"), taken("own_export_separable.npz")

    values = found.layers[1].values
    assert found.layers[1].found.kind == "separable"
    np.testing.assert_array_equal(values.weight, arrays["layer2_kernels.weight"])
    np.testing.assert_array_equal(values.pointwise, arrays["layer2_pointwise.weight"][:, :, 0, 0])
    np.testing.assert_array_equal(values.bias, arrays["layer2_pointwise.bias"])


@pytest.mark.parametrize("name", ["h5_pytorch_dump.h5", "h5_theano_order.h5"])
def test_filters_first_are_recognised_in_hdf5(name):
    found = taken(name)

    for layer in found.layers:
        np.testing.assert_array_equal(layer.values.weight, held(name)[layer.found.name])
        assert layer.values.bias is not None


@pytest.mark.parametrize(
    ("name", "settings", "normalised"),
    [
        ("mobilenet_v2.safetensors", False, False),
        ("onnx_bn_unfused.onnx", True, False),
        ("keras_nested.h5", True, True),
    ],
)
def test_what_the_file_does_not_say_of_its_net_is_said(name, settings, normalised):
    said = " ".join(map(str, taken(name).guessed))

    assert ("which strides, padding" in said) != settings
    assert ("how its pictures were normalised" in said) != normalised
