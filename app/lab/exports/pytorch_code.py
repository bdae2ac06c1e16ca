"""A stack as PyTorch: a module whose state dict has the names of weights.safetensors."""

from collections.abc import Iterable

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.exports import pieces
from app.lab.pieces.stack_facts import NO_PADS, Layer, Source, layers_of

FUNCTIONS = {
    "linear": "{x}",
    "relu": "F.relu({x})",
    "leaky_relu": "F.leaky_relu({x}, 0.01)",
    "elu": "F.elu({x})",
    "gelu": "F.gelu({x})  # exact, not the approximation by tanh",
    "silu": "F.silu({x})",
    "sigmoid": "torch.sigmoid({x})",
    "tanh": "torch.tanh({x})",
}
MODES = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "replicate",
    "circular": "circular",
}
NAMES = ("preactivation", "activation", "output")
IMPORTS = """\
import io
import urllib.request
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
"""
RUN = """\
page = load()
stack = Stack()
stack.load_state_dict({name: torch.from_numpy(array) for name, array in weights(page).items()})
with torch.no_grad():
    maps = stack(torch.from_numpy(page["image"])[None])  # a batch of one picture
for name, mine in maps.items():
    compare(name, mine[0].numpy())
"""


def pytorch_code(
    stack: StackSpec, muted: Iterable[int], banks: tuple[FilterBank, FilterBank], source: Source
) -> str:
    """Return the script that rebuilds a pass and compares it with the page's."""
    opening = pieces.opening(
        stack, source, what="Two convolution layers in PyTorch.", needs="PyTorch and NumPy"
    )
    grouped = any(layer.groups > 1 and not layer.between for layer in layers_of(stack))
    return pieces.script(
        opening,
        IMPORTS,
        pieces.constants(source, banks),
        _module(stack, sorted(muted)),
        pieces.LOAD,
        *([pieces.OF_GROUPS] if grouped else []),
        _weights(stack),
        pieces.COMPARE,
        RUN,
    )


def state_names(layer: Layer) -> dict[str, str]:
    """Return the names of a layer's weights in the state dict, each with what it holds.

    What it holds: `full` (one bank), `kernels` and `pointwise` (two factors), `bias`.
    """
    name, bias = layer.name, ({"bias": "bias"} if layer.spec.bias else {})
    if not layer.between:
        return {f"{name}.weight": "full"} | {f"{name}.{key}": held for key, held in bias.items()}
    last = "pointwise" if layer.spec.kind == "separable" else "kernels"
    factors = {f"{name}_{held}.weight": held for held in ("kernels", "pointwise")}
    return factors | {f"{name}_{last}.{key}": held for key, held in bias.items()}


def _module(stack: StackSpec, muted: list[int]) -> str:
    first, second = layers_of(stack)
    lines = ["class Stack(nn.Module):", '    """Both layers."""', ""]
    lines += ["    def __init__(self):", "        super().__init__()"]
    for layer in (first, second):
        made = [*pieces.heading(stack, layer.number), *_made(layer)]
        lines += [f"        {line}" for line in made]
    channels, height, width = stack.input_shape(1)
    lines += ["", "    def forward(self, x):"]
    lines += [
        f'        """Return every map for pictures (N, {channels}, {height}, {width}), by its name on the page."""'
    ]
    body = [*_forward(first, "x"), *_muting(muted, first.filters), *_forward(second, "output1")]
    lines += [f"        {line}" for line in body] + ["        return {"]
    lines += [
        f'            "layer{n}/{name}": {variable}{n},'
        for n in (1, 2)
        for name, variable in zip(NAMES, ("before", "after", "output"), strict=True)
    ]
    return "\n".join([*lines, "        }"]) + "\n"


def _made(layer: Layer) -> list[str]:
    spec, name = layer.spec, f"self.{layer.name}"
    kernel = str(spec.kernel[0]) if spec.kernel[0] == spec.kernel[1] else str(spec.kernel)
    how = f", stride={spec.stride}" if spec.stride > 1 else ""
    how += f", dilation={spec.dilation}" if spec.dilation > 1 else ""
    how += _padding(layer)
    no_bias, own = ", bias=False", "" if spec.bias else ", bias=False"
    grouped = f", groups={layer.groups}" if layer.groups > 1 else ""
    inside, between, outside = layer.channels, layer.between, layer.filters
    if spec.kind == "separable":
        return [
            f"{name}_kernels = nn.Conv2d({inside}, {between}, {kernel}{how}{grouped}{no_bias})",
            f"{name}_pointwise = nn.Conv2d({between}, {outside}, 1{own})",
        ]
    if spec.kind == "pointwise_first":
        return [
            f"{name}_pointwise = nn.Conv2d({inside}, {between}, 1{no_bias})",
            f"{name}_kernels = nn.Conv2d({between}, {outside}, {kernel}{how}{grouped}{own})",
        ]
    return [f"{name} = nn.Conv2d({inside}, {outside}, {kernel}{how}{grouped}{own})"]


def _padding(layer: Layer) -> str:
    (top, _), (left, _) = layer.pads
    if layer.pads == NO_PADS or _pads_by_hand(layer):
        return ""
    size = str(top) if top == left else f"({top}, {left})"
    mode = layer.spec.padding_mode
    return f", padding={size}" + ("" if mode == "zeros" else f', padding_mode="{mode}"')


def _pads_by_hand(layer: Layer) -> bool:
    """Tell whether the border is not the same on opposite sides: Conv2d cannot make that."""
    return any(before != after for before, after in layer.pads)


def _forward(layer: Layer, reads: str) -> list[str]:
    n, spec = layer.number, layer.spec
    steps = [f"self.{layer.name}"]
    if layer.between:
        steps = [f"self.{layer.name}_kernels", f"self.{layer.name}_pointwise"]
        steps = steps[::-1] if spec.kind == "pointwise_first" else steps
    lines, x = [], reads
    for step in steps:
        if _pads_by_hand(layer) and not step.endswith("_pointwise"):
            lines += _pad_lines(layer, x)
            x = "padded"
        to = f"before{n}" if step == steps[-1] else f"between{n}"
        lines.append(f"{to} = {step}({x})")
        x = to
    lines[-1] += f"  # (N, {', '.join(map(str, layer.map_shape))})"
    lines.append(f"after{n} = {FUNCTIONS[spec.activation].format(x=f'before{n}')}")
    if spec.pool == "none":
        return [*lines, f"output{n} = after{n}"]
    how = {"max": "max_pool2d", "average": "avg_pool2d"}[spec.pool]
    return [*lines, f"output{n} = F.{how}(after{n}, {spec.pool_size})"]


def _pad_lines(layer: Layer, x: str) -> list[str]:
    (top, bottom), (left, right) = layer.pads
    mode = MODES[layer.spec.padding_mode]
    how = "" if mode == "constant" else f', mode="{mode}"'
    return [
        "# One more after than before, as Keras and ONNX pad: left, right, top, bottom.",
        f"padded = F.pad({x}, ({left}, {right}, {top}, {bottom}){how})",
    ]


def _muting(muted: list[int], filters: int) -> list[str]:
    if not muted:
        return []
    return [
        "# Muted: layer 2 hears nothing of these maps.",
        f"heard = torch.ones({filters}, 1, 1)",
        f"heard[{muted}] = 0",
        "output1 = output1 * heard",
    ]


def _weights(stack: StackSpec) -> str:
    lines = ["def weights(page):", '    """Return the weights by their names in the module."""']
    lines.append("    return {")
    for layer in layers_of(stack):
        arrays = {
            "full": f'page["{layer.name}/weight"]',
            "bias": f'page["{layer.name}/bias"]',
            "kernels": f'page["{layer.name}/kernels"]',
            "pointwise": f'page["{layer.name}/pointwise"][:, :, None, None]',
        }
        if layer.groups > 1:
            arrays["full"] = f"of_groups({arrays['full']}, {layer.groups})"
        lines += [f'        "{name}": {arrays[held]},' for name, held in state_names(layer).items()]
    return "\n".join([*lines, "    }"]) + "\n"
