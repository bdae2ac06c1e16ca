"""A random net as plain facts, the same for every package and decided by its seed alone. It needs no package."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Package = Literal["PyTorch", "Keras", "ONNX"]
Kind = Literal["conv", "depthwise", "separable"]

FORMS: dict[Package, tuple[str, ...]] = {
    "PyTorch": ("safetensors", "npz", "onnx"),
    "Keras": ("keras", "h5", "weights.h5"),
    "ONNX": ("onnx",),
}
WITHOUT_GRAPH = ("safetensors", "npz", "weights.h5")
ACTIVATIONS = ("linear", "relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh")
UNKNOWN_ACTIVATIONS = ("relu6", "hard_swish")  # a layer of the lab has none of them
MODES: dict[Package, tuple[str, ...]] = {  # of padding
    "PyTorch": ("zeros", "zeros", "reflect", "replicate"),
    "Keras": ("zeros",),
    "ONNX": ("zeros", "zeros", "reflect", "replicate"),
}


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer: convolution, BatchNorm, activation, pool. A separable one has two convolutions.

    `padding` is same, valid, or the number of pixels on every side. `multiplier` are the kernels for each
    channel of a depthwise or separable layer, and `groups` belong to an ordinary convolution.
    """

    kind: Kind
    filters: int
    kernel: int
    stride: int
    dilation: int
    padding: str | int
    padding_mode: str
    groups: int
    multiplier: int
    bias: bool
    batch_norm: bool
    activation: str
    pool: str
    pool_size: int
    pool_stride: int


@dataclass(frozen=True, kw_only=True)
class Net:
    """Two layers behind a picture of 1 or 3 channels; `scaled` if the net itself scales the picture first."""

    package: Package
    seed: int
    form: str
    channels: int
    scaled: bool
    layers: tuple[Layer, Layer]

    @property
    def has_graph(self) -> bool:
        """Return whether the file states strides and the like, and not only weights."""
        return self.form not in WITHOUT_GRAPH


@dataclass(frozen=True)
class Part:
    """A convolution as a file holds it, with what follows it; `maps` is the name of its output."""

    layer: Layer
    maps: str


def random_net(package: Package, seed: int) -> Net:
    """Return the net with this seed.

    A net whose file has only weights has nothing that a reader could not set in the lab by hand.
    """
    draw = random.Random(f"{package} {seed}")
    form = draw.choice(FORMS[package])
    has_graph = form not in WITHOUT_GRAPH
    channels = draw.choice((3, 3, 3, 1))
    scaled = has_graph and draw.random() < 0.25
    first = _layer(draw, package, channels, has_graph=has_graph)
    second = _layer(draw, package, first.filters, has_graph=has_graph)
    if first.pool != "none":
        second = replace(second, pool="none")  # so that some pixels are left
    return Net(
        package=package,
        seed=seed,
        form=form,
        channels=channels,
        scaled=scaled,
        layers=(first, second),
    )


def parts(net: Net, kinds: Sequence[str]) -> Iterator[Part]:
    """Yield the convolutions of a net as a file holds them, where they are of these kinds, in order.

    A separable layer is one of kind `separable`, or else two: its kernels, then its pointwise convolution.
    """
    found = iter(kinds)
    for number, layer in enumerate(net.layers):
        if next(found, None) == "separable" or layer.kind != "separable":
            yield Part(layer, str(number))
            continue
        next(found, None)
        yield Part(replace(layer, activation="linear", pool="none"), f"{number}.depthwise")
        yield Part(
            replace(layer, kernel=1, stride=1, dilation=1, padding="valid", padding_mode="zeros"),
            str(number),
        )


def _layer(draw: random.Random, package: Package, channels: int, *, has_graph: bool) -> Layer:
    kind: Kind = draw.choice(("conv", "conv", "conv", "separable", "depthwise"))
    multiplier = draw.choice((1, 2)) if channels > 1 else draw.choice((2, 3, 6))
    filters = channels * multiplier if kind == "depthwise" else draw.choice((4, 6, 8, 12))
    divisors = [each for each in (1, 1, 2, 3) if not (channels % each or filters % each)]
    kernel = draw.choice((1, 3, 3, 5))
    stride = draw.choice((1, 1, 2))
    dilation = draw.choice((1, 1, 2)) if stride == 1 and kernel > 1 else 1
    half = dilation * (kernel - 1) // 2
    may_be_same = stride == 1 or package != "PyTorch"
    padding = draw.choice((*(("same",) if may_be_same else ()), "valid", half, half))
    pools = ((2, 2),) * 3 + ((3, 3),) * 2 + (((3, 2),) if has_graph else ())
    size, pool_stride = draw.choice(pools)
    return Layer(
        kind=kind,
        filters=filters,
        kernel=kernel,
        stride=stride,
        dilation=dilation,
        padding=padding,
        padding_mode=draw.choice(MODES[package]) if padding == half and half else "zeros",
        groups=draw.choice(divisors) if kind == "conv" else 1,
        multiplier=multiplier,
        bias=draw.random() < 0.6,
        batch_norm=draw.random() < 0.5,
        activation=draw.choice(ACTIVATIONS * 2 + (UNKNOWN_ACTIVATIONS if has_graph else ())),
        pool=draw.choice(("none", "none", "max", "average")),
        pool_size=size,
        pool_stride=pool_stride,
    )
