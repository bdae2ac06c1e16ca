"""A stack as Keras 3: channels last, weights turned to its order of axes."""

from collections.abc import Iterable

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.exports import keras_weights, pieces
from app.lab.pieces.stack_facts import NO_PADS, Layer, Source, layers_of

FUNCTIONS = {
    "linear": "{x}",
    "relu": "ops.relu({x})",
    "leaky_relu": "ops.leaky_relu({x}, negative_slope=0.01)",
    "elu": "ops.elu({x})",
    "gelu": "ops.gelu({x}, approximate=False)",
    "silu": "ops.silu({x})",
    "sigmoid": "ops.sigmoid({x})",
    "tanh": "ops.tanh({x})",
}
BORDERS = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}

IMPORTS = """\
import io
import urllib.request
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops
"""
BORDER = '''\
def border(x, rows, columns, mode):
    """Pad maps with values of their own: Keras's layers pad with zeros only."""
    for axis, (before, after) in ((1, rows), (2, columns)):
        places = np.pad(np.arange(x.shape[axis]), (before, after), mode=mode)
        x = ops.take(x, places, axis=axis)
    return x
'''


def keras_code(
    stack: StackSpec, muted: Iterable[int], banks: tuple[FilterBank, FilterBank], source: Source
) -> str:
    """Return the script that rebuilds a pass and compares it with the page's."""
    opening = pieces.opening(
        stack,
        source,
        what="Two convolution layers in Keras 3, on whatever it computes with.",
        needs="Keras 3, one of TensorFlow, JAX or PyTorch, and NumPy",
    )
    layers = layers_of(stack)
    return pieces.script(
        opening,
        IMPORTS,
        pieces.constants(source, banks)
        + 'keras.config.set_image_data_format("channels_last")  # the usual: (rows, columns, channels)\n',
        pieces.LOAD,
        *([pieces.OF_GROUPS] if any(map(_needs_groups, layers)) else []),
        *([BORDER] if any(map(_needs_border, layers)) else []),
        *keras_weights.orders(layers),
        pieces.COMPARE,
        _model(stack, sorted(muted)),
        keras_weights.run(layers),
    )  # fmt: skip


def _model(stack: StackSpec, muted: list[int]) -> list[str]:
    first, second = layers_of(stack)
    channels, height, width = stack.input_shape(1)
    outputs = ", ".join(f"{name}{n}" for n in (1, 2) for name in ("before", "after", "output"))
    return [
        f"picture = keras.Input(({height}, {width}, {channels}))",
        "",
        *pieces.heading(stack, 1),
        *_layer_lines(first, "picture"),
        "",
        *_muting(muted, first.filters),
        *pieces.heading(stack, 2),
        *_layer_lines(second, "output1"),
        "",
        f"model = keras.Model(picture, [{outputs}])",
    ]


def _layer_lines(layer: Layer, reads: str) -> list[str]:
    n, spec = layer.number, layer.spec
    lines = _convolutions(layer, reads)
    lines[-1] += f"  # (N, {', '.join(map(str, (*layer.map_shape[1:], layer.filters)))})"
    lines.append(f"after{n} = {FUNCTIONS[spec.activation].format(x=f'before{n}')}")
    if spec.pool == "none":
        return [*lines, f"output{n} = after{n}"]
    how = {"max": "MaxPooling2D", "average": "AveragePooling2D"}[spec.pool]
    return [*lines, f"output{n} = layers.{how}({spec.pool_size})(after{n})"]


def _convolutions(layer: Layer, reads: str) -> list[str]:
    n, spec = layer.number, layer.spec
    kernel = str(spec.kernel[0]) if spec.kernel[0] == spec.kernel[1] else str(spec.kernel)
    how = f"{kernel}{_slide(layer)}"
    bias = "" if spec.bias else ", use_bias=False"
    multiplier = f", depth_multiplier={spec.multiplier}" if spec.multiplier > 1 else ""
    if spec.kind == "pointwise_first":
        lines = [
            f"pointwise{n} = layers.Conv2D({layer.between}, 1, use_bias=False)",
            f"between{n} = pointwise{n}({reads})",
        ]
        made = f"layers.Conv2D({layer.filters}, {how}, groups={layer.groups}{bias})"
        return [*lines, *_apply(layer, f"between{n}", made)]
    groups = f", groups={layer.groups}" if layer.groups > 1 else ""
    made = f"layers.Conv2D({layer.filters}, {how}{groups}{bias})"
    if spec.kind == "separable":
        made = f"layers.SeparableConv2D({layer.filters}, {how}{multiplier}{bias})"
    elif spec.kind == "depthwise":
        made = f"layers.DepthwiseConv2D({how}{multiplier}{bias})"
    return _apply(layer, reads, made)


def _apply(layer: Layer, reads: str, made: str) -> list[str]:
    """Return the lines that pad by hand, where Keras does not pad so, and slide."""
    n, stride = layer.number, layer.spec.stride
    lines = _pad_lines(layer, reads)
    x = "padded" if lines else reads
    if not _strides_by_hand(layer):
        return [*lines, f"conv{n} = {made}", f"before{n} = conv{n}({x})"]
    return [
        *lines,
        f"conv{n} = {made}",
        "# Keras refuses stride and dilation together; steps through the result of stride 1 are the same.",
        f"before{n} = conv{n}({x})[:, ::{stride}, ::{stride}]",
    ]


def _slide(layer: Layer) -> str:
    spec = layer.spec
    stride = f", strides={spec.stride}" if spec.stride > 1 and not _strides_by_hand(layer) else ""
    dilation = f", dilation_rate={spec.dilation}" if spec.dilation > 1 else ""
    return stride + dilation + (', padding="same"' if _pads_itself(layer) else "")


def _pad_lines(layer: Layer, reads: str) -> list[str]:
    if layer.pads == NO_PADS or _pads_itself(layer):
        return []
    mode = layer.spec.padding_mode
    rows, columns = layer.pads
    if mode == "zeros":
        return [f"padded = layers.ZeroPadding2D(({rows}, {columns}))({reads})"]
    return [f'padded = border({reads}, {rows}, {columns}, mode="{BORDERS[mode]}")  # {mode}']


def _pads_itself(layer: Layer) -> bool:
    plain = layer.spec.padding == "same" and layer.spec.padding_mode == "zeros"
    return plain and not _strides_by_hand(layer)


def _strides_by_hand(layer: Layer) -> bool:
    return layer.spec.stride > 1 and layer.spec.dilation > 1


def _needs_border(layer: Layer) -> bool:
    return layer.spec.padding_mode != "zeros" and layer.pads != NO_PADS


def _needs_groups(layer: Layer) -> bool:
    return layer.groups > 1 and not layer.between


def _muting(muted: list[int], filters: int) -> list[str]:
    if not muted:
        return []
    return [
        "# Muted: layer 2 hears nothing of these maps.",
        f'heard = np.ones({filters}, "float32")',
        f"heard[{muted}] = 0",
        "output1 = output1 * heard",
        "",
    ]
