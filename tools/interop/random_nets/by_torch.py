"""Makes, saves and runs a net with PyTorch. It runs in the environment of requirements-interop.lock."""

import random
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils import parametrizations

from app.engine.arrays import Float
from tools.interop.random_nets.net import Layer, Net
from tools.interop.random_nets.numbers import Numbers

ACTIVATIONS = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu6": nn.ReLU6,
    "hard_swish": nn.Hardswish,
}
Named = tuple[int, str, nn.Module]  # layer, part of it, module


class Scaled(nn.Module):  # type: ignore[misc]  # PyTorch has no types here
    """Scales the picture as a net does that was made for scaled ones."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - 0.45) / 0.25


def save(net: Net, picture: Float, path: Path) -> dict[str, Float]:
    """Write the file of a net; return the maps of its layers."""
    torch.manual_seed(net.seed)
    draw = random.Random(net.seed)
    named = list(_modules(net))
    if not net.has_graph:
        named = [(number, part, _composed(module, draw)) for number, part, module in named]
    whole = _numbered(named) if draw.random() < 0.5 else _nested(named)
    whole.eval()
    x = torch.from_numpy(picture)[None]
    if net.form == "onnx":
        scaled = nn.Sequential(*([Scaled()] if net.scaled else []), whole).eval()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the older exporter has fewer dependencies
            torch.onnx.export(scaled, (x,), path, dynamo=False, opset_version=20)
    elif net.form == "safetensors":
        save_file({name: each.contiguous() for name, each in whole.state_dict().items()}, path)
    else:
        with path.open("wb") as file:
            np.savez(file, **{name: each.numpy() for name, each in whole.state_dict().items()})
    maps = {}
    with torch.no_grad():
        x = Scaled()(x) if net.scaled else x
        for number, part, module in named:
            x = module(x)
            maps[f"{number}.depthwise" if part == "depthwise" else f"{number}"] = x[0].numpy()
    return maps


def _numbered(named: list[Named]) -> nn.Module:
    return nn.Sequential(*(module for *_, module in named))


def _nested(named: list[Named]) -> nn.Module:
    layers: dict[int, nn.Sequential] = {}
    for number, part, module in named:
        layers.setdefault(number, nn.Sequential()).add_module(part, module)
    whole = nn.Sequential()
    for number, layer in layers.items():
        whole.add_module(f"layer{number}", layer)
    return whole


def _composed(module: nn.Module, draw: random.Random) -> nn.Module:
    """Have one convolution in five store its weights as parts."""
    ways = {0: parametrizations.weight_norm, 1: parametrizations.spectral_norm}
    way = ways.get(draw.randrange(10))
    return way(module) if way and isinstance(module, nn.Conv2d) else module


def _modules(net: Net) -> Iterator[Named]:
    numbers, channels = Numbers(net.seed), net.channels
    for number, layer in enumerate(net.layers):
        for part, module in _parts(layer, channels, numbers):
            yield number, part, module
        channels = layer.filters


def _parts(layer: Layer, channels: int, numbers: Numbers) -> Iterator[tuple[str, nn.Module]]:
    outputs = channels * layer.multiplier
    if layer.kind == "separable":
        yield "depthwise", _conv(layer, channels, outputs, channels, numbers, bias=False)
        pointwise = nn.Conv2d(outputs, layer.filters, 1, bias=layer.bias)
        yield "pointwise", _filled(pointwise, numbers)
    else:
        groups = channels if layer.kind == "depthwise" else layer.groups
        yield "conv", _conv(layer, channels, layer.filters, groups, numbers, bias=layer.bias)
    if layer.batch_norm:
        norm = nn.BatchNorm2d(layer.filters)
        values = numbers.batch_norm(layer.filters)
        held = (norm.weight, norm.bias, norm.running_mean, norm.running_var)
        for tensor, value in zip(held, values, strict=True):
            tensor.data = torch.from_numpy(value)
        yield "bn", norm
    if layer.activation != "linear":
        yield "act", ACTIVATIONS[layer.activation]()
    if layer.pool != "none":
        pool = nn.MaxPool2d if layer.pool == "max" else nn.AvgPool2d
        yield "pool", pool(layer.pool_size, layer.pool_stride)


def _conv(
    layer: Layer, channels: int, filters: int, groups: int, numbers: Numbers, *, bias: bool
) -> nn.Module:
    conv = nn.Conv2d(
        channels,
        filters,
        layer.kernel,
        stride=layer.stride,
        dilation=layer.dilation,
        padding=layer.padding,
        padding_mode=layer.padding_mode,
        groups=groups,
        bias=bias,
    )
    return _filled(conv, numbers)


def _filled(conv: nn.Conv2d, numbers: Numbers) -> nn.Conv2d:
    """Give a convolution its weights."""
    shape = tuple(conv.weight.shape)
    conv.weight.data = torch.from_numpy(numbers.weight(*shape, reads=int(np.prod(shape[1:]))))
    if conv.bias is not None:
        conv.bias.data = torch.from_numpy(numbers.bias(shape[0]))
    return conv
