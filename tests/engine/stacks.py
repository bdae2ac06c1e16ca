"""Random small stacks, what they did to a random picture, and the same again in float64. For the tests."""

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from app.engine.compute.forward import forward
from app.engine.compute.trace import FilterBank
from app.engine.errors import SpecError
from app.engine.spec.geometry import Kind
from app.engine.spec.stack import LayerSpec, StackSpec

MODES = ("zeros", "reflect", "replicate", "circular")
NUMPY_MODES: dict[str, Any] = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}
ACTIVATIONS = ("linear", "relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh")
PIECEWISE_LINEAR = ("linear", "relu", "leaky_relu")
KINDS: tuple[Kind, ...] = ("standard", "depthwise", "separable", "pointwise_first")
POOLS = ("none", "max", "average")


@st.composite
def specs(draw, *, activations=ACTIVATIONS, kinds=KINDS, pools=POOLS):
    """Return a StackSpec of two small layers."""
    size, channels = draw(st.integers(32, 37)), draw(st.sampled_from((1, 3)))
    first = draw(layers(channels, activations=activations, kinds=kinds, pools=pools))
    second = draw(layers(first.filters, activations=activations, kinds=kinds, pools=pools))
    try:
        return StackSpec(size=size, channels=channels, layers=(first, second), seed=0)
    except (
        SpecError
    ):  # what is left of the picture is too small for the second kernel or its border
        assume(False)


@st.composite
def layers(draw, channels, *, activations=ACTIVATIONS, kinds=KINDS, pools=POOLS):
    """Return a LayerSpec for that many input channels."""
    kind = draw(st.sampled_from(kinds))
    multiplier = draw(st.integers(1, 2 if kind == "depthwise" else 3))
    common = [n for n in (1, 2, 3, 4, 6) if channels % n == 0]
    groups = draw(st.sampled_from(common)) if kind == "standard" else 1
    filters = groups * draw(st.integers(1, 6 // groups))
    return LayerSpec(
        kind=kind,
        multiplier=multiplier,
        filters=channels * multiplier if kind == "depthwise" else filters,
        pool=draw(st.sampled_from(pools)),
        pool_size=draw(st.integers(2, 4)),
        kernel=(draw(st.integers(1, 4)), draw(st.integers(1, 4))),
        stride=draw(st.integers(1, 3)),
        dilation=draw(st.integers(1, 3)),
        padding=draw(st.sampled_from(("same", "valid")) | st.integers(0, 6)),
        padding_mode=draw(st.sampled_from(MODES)),
        groups=groups,
        activation=draw(st.sampled_from(activations)),
        weights="random",
    )


@st.composite
def traces(draw: st.DrawFn, /, **choices: Any) -> Any:
    """Return the pass of a random picture through a random stack with random weights, at unit scale."""
    return run(draw(specs(**choices)), seed=draw(st.integers(0, 2**16)))


def run(spec, *, seed=0):
    random = np.random.default_rng(seed)
    image = random.standard_normal(spec.input_shape(1)).astype(np.float32)
    return forward(image, spec, tuple(_bank(random, spec, number) for number in (1, 2)))


def _bank(random, spec, number):
    shape, pointwise = spec.weight_shape(number), spec.pointwise_shape(number)
    weight = random.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))
    bias = random.standard_normal(spec.layers[number - 1].filters) / 4
    if pointwise:
        pointwise = random.standard_normal(pointwise) / np.sqrt(pointwise[1])
        pointwise = pointwise.astype(np.float32)
    return FilterBank(weight.astype(np.float32), bias.astype(np.float32), pointwise=pointwise)


def draw_pixel(data, spec, layer, *, pooled=False):
    """Return (channel, row, col) of a pixel of the layer's maps or of its output, often at an edge."""
    shape = spec.output_shape(layer) if pooled else spec.map_shape(layer)
    return tuple(
        data.draw(st.sampled_from((0, count - 1)) | st.integers(0, count - 1)) for count in shape
    )


def pad(x, spec):
    """Return what the windows of a layer lie on."""
    border = ((0, 0), *spec.padding_hw(*x.shape[1:]))
    return np.pad(x, border, mode=NUMPY_MODES[spec.padding_mode])


def windows_of(x, spec):
    """Return every window of a layer, (C, H', W', kh, kw)."""
    spans = sliding_window_view(pad(x, spec), spec.effective_kernel(), axis=(1, 2))
    step, gap = spec.stride, spec.dilation
    return spans[:, ::step, ::step, ::gap, ::gap]


def preactivation64(x, layer):
    """Return the pre-activations of a layer in float64, from its windows."""
    kernels = layer.bank.full.astype(np.float64)
    maps = np.einsum("chwij,fcij->fhw", windows_of(x, layer.spec), kernels, optimize=True)
    return maps + layer.bank.bias[:, None, None]


def channels_read(layer, channel, channels):
    """Return the input channels that a filter reads."""
    kind, groups = layer.spec.kind, layer.spec.groups
    if kind == "depthwise":
        return np.array([channel // layer.spec.multiplier])
    group = channel // (layer.spec.filters // groups)
    return np.split(np.arange(channels), groups)[group]


def blocks_of(maps, spec):
    """Return the values of every window of a pool, (F, H', W', size * size); one value without a pool."""
    size = 1 if spec.pool == "none" else spec.pool_size
    spans = sliding_window_view(maps, (size, size), axis=(1, 2))[:, ::size, ::size]
    return spans.reshape(*spans.shape[:3], -1)


def pool64(maps, spec):
    """Return the output of a layer from its activations in float64."""
    blocks = blocks_of(maps, spec)
    return blocks.mean(axis=-1) if spec.pool == "average" else blocks.max(axis=-1)


def activation64(x, name):
    """Return one of the piecewise linear activations in float64."""
    slope = {"linear": 1, "relu": 0, "leaky_relu": float(np.float32(0.01))}[name]
    return np.where(x > 0, x, x * slope)
