"""Keras' files: layers by their configuration, in its order, with the tensors that are theirs."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.readers.keras_config import snake_case
from tests.untrusted.weights.readers.read_bytes import kinds, opened_bytes, operations

FILES = Path(__file__).parents[1] / "files"


def layer(word: str, name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": word, "config": {"name": name, **config}}


def sequential(*layers: dict[str, Any], name: str = "model") -> dict[str, Any]:
    return {"class_name": "Sequential", "config": {"name": name, "layers": list(layers)}}


def keras(config: dict[str, Any], vars_of: dict[str, list[tuple[int, ...]]]) -> bytes:
    """Return a .keras file with weights of these shapes in each group of its HDF5 file."""
    weights, out = io.BytesIO(), io.BytesIO()
    with h5py.File(weights, "w") as file:
        for group, shapes in vars_of.items():
            for index, shape in enumerate(shapes):
                file[f"layers/{group}/vars/{index}"] = np.zeros(shape, np.float32)
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights.getvalue())
    return out.getvalue()


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("Conv2D", "conv2d"),
        ("SeparableConv2D", "separable_conv2d"),
        ("DepthwiseConv2D", "depthwise_conv2d"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("BatchNormalization", "batch_normalization"),
        ("MaxPooling2D", "max_pooling2d"),
        ("ReLU", "re_lu"),
    ],
)
def test_groups_are_named_as_keras_names_them(word, group):
    assert snake_case(word) == group


def test_each_kind_of_convolution_has_its_own_weights():
    config = sequential(
        layer("Conv2D", "z", use_bias=False),
        layer("SeparableConv2D", "y", depth_multiplier=2),
        layer("DepthwiseConv2D", "x"),
        layer("Conv2DTranspose", "w"),
        layer("Conv2D", "v", strides=[2, 2], padding="same", activation="relu"),
    )
    shapes: dict[str, list[tuple[int, ...]]] = {
        "conv2d": [(3, 3, 3, 4)],
        "separable_conv2d": [(3, 3, 4, 2), (1, 1, 8, 6), (6,)],
        "depthwise_conv2d": [(3, 3, 6, 1), (6,)],
        "conv2d_transpose": [(3, 3, 5, 6), (5,)],
        "conv2d_1": [(3, 3, 5, 7), (7,)],
    }

    first, second, third, fourth, fifth, relu = operations(keras(config, shapes))

    assert (first.kind, first.parts) == ("conv", {"weight": "layers/conv2d/vars/0"})
    assert (second.kind, second.settings["multiplier"]) == ("separable", 2)
    assert second.parts["pointwise"] == "layers/separable_conv2d/vars/1"
    assert (third.kind, third.settings["order"]) == ("depthwise", "HWIM")
    assert (fourth.kind, fourth.settings["order"]) == ("transposed", "HWOI")
    assert fifth.parts == {
        role: f"layers/conv2d_1/vars/{i}" for i, role in enumerate(("weight", "bias"))
    }
    assert (fifth.settings["strides"], fifth.settings["auto_pad"]) == ((2, 2), "SAME_UPPER")
    assert (relu.kind, relu.settings) == ("activation", {"function": "relu"})


def test_a_functional_model_says_what_reads_what():
    def node(name: str) -> dict[str, Any]:
        return {
            "args": [{"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}]
        }

    listed = [
        layer("InputLayer", "i"),
        layer("Conv2D", "a") | {"inbound_nodes": [node("i")]},
        layer("Dropout", "d") | {"inbound_nodes": [node("a")]},
        layer("Conv2D", "b") | {"inbound_nodes": [node("d")]},
        layer("Conv2D", "c") | {"inbound_nodes": [node("d")]},
    ]
    config = {"class_name": "Functional", "config": {"name": "f", "layers": listed}}
    every: dict[str, list[tuple[int, ...]]] = {
        name: [(1, 1, 3, 3), (3,)] for name in ("conv2d", "conv2d_1", "conv2d_2")
    }
    straight = {"class_name": "Functional", "config": {"name": "f", "layers": listed[:-1]}}

    assert kinds(keras(config, every)) == [
        ["conv"],
        ["conv"],
        ["conv"],
    ]  # a branch: none follows another
    assert kinds(keras(straight, every)) == [["conv", "conv"]]


def test_nested_models_are_walked_in_order():
    inner = sequential(layer("Conv2D", "z"), layer("Conv2D", "a"), name="inner")
    config = sequential(layer("Rescaling", "r", scale=1 / 255), inner, layer("Conv2D", "head"))
    shapes: dict[str, list[tuple[int, ...]]] = {
        "conv2d": [(1, 1, 5, 6), (6,)],
        "sequential/layers/conv2d": [(1, 1, 3, 4), (4,)],
        "sequential/layers/conv2d_1": [(1, 1, 4, 5), (5,)],
    }

    with opened_bytes(keras(config, shapes)) as found:
        (chain,) = found.chains

    assert [each.label for each in chain] == ["r", "z", "a", "head"]
    assert chain[0].settings == {"scale": (1 / 255,), "offset": (0.0,)}
    assert chain[2].parts["weight"] == "layers/sequential/layers/conv2d_1/vars/0"


def test_padding_in_front_of_a_convolution_is_its_own():
    config = sequential(layer("ZeroPadding2D", "p", padding=[[0, 1], [2, 3]]), layer("Conv2D", "c"))

    (conv,) = operations(keras(config, {"conv2d": [(1, 1, 3, 3), (3,)]}))

    assert (conv.settings["pads"], conv.settings["auto_pad"]) == ((0, 2, 1, 3), "NOTSET")


@pytest.mark.parametrize(
    ("layers", "function"),
    [
        (layer("ReLU", "r"), "relu"),
        (layer("ReLU", "r", max_value=6), "relu6"),
        (layer("LeakyReLU", "r", negative_slope=0.2), "leaky_relu"),
        (layer("Activation", "r", activation="swish"), "silu"),
    ],
)
def test_an_activation_is_called_by_its_name(layers, function):
    (found,) = operations(keras(sequential(layers), {"other": [(3,)]}))

    assert found.settings["function"] == function


@pytest.mark.parametrize(
    ("word", "settings", "expected"),
    [
        ("Activation", {"activation": "leaky_relu"}, {"function": "leaky_relu", "slope": 0.2}),
        ("LeakyReLU", {}, {"function": "leaky_relu", "slope": 0.3}),
        ("ELU", {"alpha": 2.0}, {"function": "elu", "slope": 2.0}),
        ("GELU", {"approximate": True}, {"function": "gelu", "approximate": True}),
    ],
)
def test_slopes_are_those_of_keras_where_the_file_leaves_them_out(word, settings, expected):
    (found,) = operations(keras(sequential(layer(word, "a", **settings)), {"other": [(3,)]}))

    assert found.settings == expected


def test_a_normalisation_has_the_figures_of_its_configuration():
    one = layer("Normalization", "n", mean=[1, 2, 3], variance=[[4, 9, 16]])

    (found,) = operations(keras(sequential(one), {"other": [(3,)]}))

    np.testing.assert_allclose(found.settings["scale"], [1 / 2, 1 / 3, 1 / 4])
    np.testing.assert_allclose(found.settings["offset"], [-1 / 2, -2 / 3, -3 / 4])


def test_weights_without_a_configuration_are_told_by_their_groups():
    found = operations((FILES / "keras.weights.h5").read_bytes())

    assert [each.kind for each in found] == ["conv", "conv"]
    assert {each.trust for each in found} == {"named"}


def test_a_configuration_that_is_none_or_nests_for_ever_is_refused():
    deep = layer("Conv2D", "c")
    for _ in range(20):
        deep = sequential(deep)

    with pytest.raises(BrokenWeights, match="configuration"):
        operations(keras({"class_name": "Sequential", "config": 3}, {"conv2d": [(3,)]}))
    with pytest.raises(UnsupportedWeights, match="deeper than 16"):
        operations(keras(deep, {"conv2d": [(3,)]}))
