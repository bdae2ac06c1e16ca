"""Makes, saves and runs a net with Keras on JAX. It runs in the environment of requirements-interop.lock."""

import logging
import os
import random
from collections.abc import Iterator
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"  # read when Keras is imported

import keras
import numpy as np
from keras import layers

from app.engine.arrays import Float
from tools.interop.random_nets.net import Layer, Net
from tools.interop.random_nets.numbers import Numbers

logging.getLogger("absl").setLevel(logging.ERROR)  # Keras advises against its older format


def save(net: Net, picture: Float, path: Path) -> dict[str, Float]:
    """Write the file of a net; return the maps of its layers."""
    keras.utils.clear_session()  # so that names begin with the same number again
    draw = random.Random(net.seed)
    parts = [list(_parts(layer, draw)) for layer in net.layers]
    channels_last = picture.transpose(1, 2, 0)[None]
    before = [_scaling(draw, net.channels)] if net.scaled else []
    whole = keras.Sequential([keras.Input(channels_last.shape[1:]), *before, *parts[0], *parts[1]])
    if draw.random() < 0.5:
        whole = keras.Model(whole.inputs, whole.outputs)
    numbers = Numbers(net.seed)
    for each in (*parts[0], *parts[1]):
        _fill(each, numbers)
    if net.form == "weights.h5":
        whole.save_weights(path)
    else:
        whole.save(path)
    both = keras.Model(whole.inputs, [part[-1].output for part in parts])
    outputs = both([channels_last], training=False)
    return {
        str(number): np.asarray(each)[0].transpose(2, 0, 1) for number, each in enumerate(outputs)
    }


def _scaling(draw: random.Random, channels: int) -> keras.Layer:
    if draw.random() < 0.5:
        return layers.Rescaling(2.0, offset=-1.0)
    return layers.Normalization(
        axis=-1, mean=[0.4, 0.5, 0.6][:channels], variance=[0.04, 0.05, 0.06][:channels]
    )


def _parts(layer: Layer, draw: random.Random) -> Iterator[keras.Layer]:
    within = layer.activation not in ("linear", "leaky_relu") and draw.random() < 0.5
    within = within and not layer.batch_norm
    if isinstance(layer.padding, int) and layer.padding:
        yield layers.ZeroPadding2D(layer.padding)
    yield _conv(layer, layer.activation if within else None)
    if layer.batch_norm:
        yield layers.BatchNormalization()
    if layer.activation == "leaky_relu":
        yield layers.LeakyReLU(negative_slope=0.01)  # the slope of PyTorch; that of Keras is 0.3
    elif not within:
        yield layers.Activation(layer.activation)
    if layer.pool != "none":
        pool = layers.MaxPooling2D if layer.pool == "max" else layers.AveragePooling2D
        yield pool(layer.pool_size, strides=layer.pool_stride)


def _conv(layer: Layer, activation: str | None) -> keras.Layer:
    settings = {
        "kernel_size": layer.kernel,
        "strides": layer.stride,
        "dilation_rate": layer.dilation,
        "padding": "same" if layer.padding == "same" else "valid",
        "use_bias": layer.bias,
        "activation": activation,
    }
    if layer.kind == "conv":  # zeros, since the weights are replaced and random ones take long
        settings["kernel_initializer"] = "zeros"
        return layers.Conv2D(layer.filters, groups=layer.groups, **settings)
    settings |= {"depth_multiplier": layer.multiplier, "depthwise_initializer": "zeros"}
    if layer.kind == "separable":
        return layers.SeparableConv2D(layer.filters, pointwise_initializer="zeros", **settings)
    return layers.DepthwiseConv2D(**settings)


def _fill(layer: keras.Layer, numbers: Numbers) -> None:
    held = layer.get_weights()
    if isinstance(layer, layers.BatchNormalization):
        layer.set_weights(numbers.batch_norm(len(held[0])))
    elif held:
        layer.set_weights([_like(each, numbers) for each in held])


def _like(held: Float, numbers: Numbers) -> Float:
    if held.ndim == 1:
        return numbers.bias(len(held))
    return numbers.weight(*held.shape, reads=int(np.prod(held.shape[:3])))
