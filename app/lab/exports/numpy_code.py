"""A stack as plain NumPy: every sum written out, nothing but arrays."""

from collections.abc import Iterable

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import LayerSpec, StackSpec
from app.lab.exports import numpy_functions, pieces
from app.lab.pieces.stack_facts import NO_PADS, Layer, Source, layers_of

MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
EXPRESSIONS = {
    "linear": "{x}",
    "relu": "np.maximum({x}, 0)",
    "leaky_relu": "np.where({x} > 0, {x}, 0.01 * {x})",
    "elu": "np.where({x} > 0, {x}, np.expm1(np.minimum({x}, 0)))",
    "gelu": "gelu({x})",
    "silu": "{x} * sigmoid({x})",
    "sigmoid": "sigmoid({x})",
    "tanh": "np.tanh({x})",
}


def numpy_code(
    stack: StackSpec, muted: Iterable[int], banks: tuple[FilterBank, FilterBank], source: Source
) -> str:
    """Return the script that rebuilds a pass and compares it with the page's."""
    opening = pieces.opening(
        stack, source, what="Two convolution layers in plain NumPy.", needs="NumPy"
    )
    return pieces.script(
        opening,
        [
            "import io",
            *(["import math"] if "gelu" in numpy_functions.activations(stack) else []),
            "import urllib.request",
            "from pathlib import Path",
            "",
            "import numpy as np",
        ],
        pieces.constants(source, banks),
        pieces.LOAD,
        *numpy_functions.functions(stack),
        pieces.COMPARE,
        ["page = load()", f'image = page["image"]  # {stack.input_shape(1)}'],
        layer_lines(stack, 1),
        [*muting(muted), *layer_lines(stack, 2)],
        comparisons(),
    )


def layer_lines(stack: StackSpec, number: int) -> list[str]:
    """Return the lines that compute a layer: `before`, `after` and `output`, each with its number."""
    layer = layers_of(stack)[number - 1]
    reads = "image" if number == 1 else "output1"
    return [
        *pieces.heading(stack, number),
        *convolution_lines(layer, reads),
        f"after{number} = {EXPRESSIONS[layer.spec.activation].format(x=f'before{number}')}",
        _output_line(layer),
    ]


def convolution_lines(layer: Layer, reads: str) -> list[str]:
    """Return the lines that make `before` from what a layer reads."""
    n, spec = layer.number, layer.spec
    how = slide_words(spec)
    bias = f'page["layer{n}/bias"]'
    shape = f"  # {layer.map_shape}"
    if spec.kind == "separable":
        return [
            *pad_lines(layer, reads, "padded"),
            f"zeros = np.zeros({layer.between}, np.float32)  # no bias between the two",
            f'between{n} = convolve_groups(padded, page["layer{n}/kernels"], zeros, {layer.channels}{how})',
            f'before{n} = convolve(between{n}, page["layer{n}/pointwise"][:, :, None, None], {bias}){shape}',
        ]
    if spec.kind == "pointwise_first":
        return [
            f"zeros = np.zeros({layer.between}, np.float32)  # no bias between the two",
            f'between{n} = convolve({reads}, page["layer{n}/pointwise"][:, :, None, None], zeros)',
            *pad_lines(layer, f"between{n}", "padded"),
            f'before{n} = convolve_groups(padded, page["layer{n}/kernels"], {bias}, {layer.groups}{how}){shape}',
        ]
    lines = pad_lines(layer, reads, "padded")
    if layer.groups == 1:
        return [
            *lines,
            f'before{n} = convolve(padded, page["layer{n}/weight"], {bias}{how}){shape}',
        ]
    return [
        *lines,
        f'kernels{n} = of_groups(page["layer{n}/weight"], {layer.groups})',
        f"before{n} = convolve_groups(padded, kernels{n}, {bias}, {layer.groups}{how}){shape}",
    ]


def pad_lines(layer: Layer, reads: str, name: str) -> list[str]:
    """Return the line that puts a border round what the kernels slide over."""
    if layer.pads == NO_PADS:
        return [f"{name} = {reads}  # no border"]
    mode = layer.spec.padding_mode
    how = "" if mode == "zeros" else f', mode="{MODES[mode]}"'
    top_bottom, left_right = layer.pads
    note = "zeros" if mode == "zeros" else f"values of the maps again ({mode})"
    return [
        f"{name} = np.pad({reads}, ((0, 0), {top_bottom}, {left_right}){how})  # a border of {note}"
    ]


def slide_words(spec: LayerSpec) -> str:
    """Return the arguments that say how windows slide, where they are not the usual ones."""
    stride = f", stride={spec.stride}" if spec.stride > 1 else ""
    return stride + (f", dilation={spec.dilation}" if spec.dilation > 1 else "")


def muting(muted: Iterable[int]) -> list[str]:
    """Return the line that takes muted maps away from layer 2."""
    channels = sorted(muted)
    if not channels:
        return []
    return [
        "# Muted: layer 2 hears nothing of these maps.",
        "output1 = output1.copy()",
        f"output1[{channels}] = 0",
        "",
    ]


def comparisons() -> list[str]:
    """Return the lines that compare every map with the page's."""
    lines = []
    for n in (1, 2):
        lines += [
            f'compare("layer{n}/preactivation", before{n})',
            f'compare("layer{n}/activation", after{n})',
            f'compare("layer{n}/output", output{n})',
        ]
    return lines


def _output_line(layer: Layer) -> str:
    n, spec = layer.number, layer.spec
    if spec.pool == "none":
        return f"output{n} = after{n}"
    how = {"max": "np.max", "average": "np.mean"}[spec.pool]
    return f"output{n} = pool(after{n}, {spec.pool_size}, {how})  # {layer.output_shape}"
