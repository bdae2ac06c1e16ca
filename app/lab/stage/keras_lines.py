"""Both layers as the lines of Keras that a reader would write; what Keras lacks is a comment."""

from app.engine.compute.activations import LEAKY_SLOPE
from app.engine.spec.stack import LayerSpec, StackSpec
from app.lab.state.labels import WORDS
from app.messages import Message, chained, counted, sentence

FUNCTIONS = {"relu", "elu", "gelu", "silu", "sigmoid", "tanh"}
POOLS = {"max": "MaxPooling2D", "average": "AveragePooling2D"}
PADDINGS = ("same", "valid")


def keras_lines(stack: StackSpec) -> tuple[Message | str, ...]:
    """Return one line for each layer and one for each pool."""
    return tuple(line for layer in stack.layers for line in _lines(layer))


def _lines(layer: LayerSpec) -> tuple[Message | str, ...]:
    notes = _lacking(layer)
    line = chained("  # ", (_call(layer), chained("; ", notes))) if notes else _call(layer)
    if layer.pool == "none":
        return (line,)
    return line, f"{POOLS[layer.pool]}({layer.pool_size})"


def _call(layer: LayerSpec) -> str:
    height, width = layer.kernel
    kernel = str(height) if height == width else f"({height}, {width})"
    name, first = {
        "depthwise": ("DepthwiseConv2D", []),
        "separable": ("SeparableConv2D", [str(layer.filters)]),
    }.get(layer.kind, ("Conv2D", [str(layer.filters)]))
    return f"{name}({', '.join([*first, kernel, *_settings(layer)])})"


def _settings(layer: LayerSpec) -> list[str]:
    given = (
        (layer.stride > 1, f"strides={layer.stride}"),
        (layer.padding == "same", 'padding="same"'),
        (layer.dilation > 1, f"dilation_rate={layer.dilation}"),
        (layer.groups > 1, f"groups={layer.groups}"),
        (
            layer.kind in ("depthwise", "separable") and layer.multiplier > 1,
            f"depth_multiplier={layer.multiplier}",
        ),
        (not layer.bias, "use_bias=False"),
        (layer.activation in FUNCTIONS, f'activation="{layer.activation}"'),
    )
    return [text for holds, text in given if holds]


def _lacking(layer: LayerSpec) -> list[Message]:
    pointwise = counted(
        "a pointwise layer before it makes {count} map for each filter",
        "a pointwise layer before it makes {count} maps for each filter",
        layer.multiplier,
    )
    given = (
        (layer.kind == "pointwise_first", pointwise),
        (layer.padding not in PADDINGS, sentence("padded by {padding}", padding=layer.padding)),
        (
            layer.padding_mode != "zeros",
            sentence("border: {mode}", mode=WORDS[layer.padding_mode]),
        ),
        (
            layer.activation == "leaky_relu",
            sentence("then leaky ReLU, slope {slope:g}", slope=LEAKY_SLOPE),
        ),
    )
    return [note for holds, note in given if holds]
