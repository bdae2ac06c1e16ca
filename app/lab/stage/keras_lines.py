"""Both layers as the lines of Keras that a reader would write; what Keras lacks is a comment."""

from app.engine.spec.stack import LayerSpec, StackSpec

FUNCTIONS = {"relu", "elu", "gelu", "silu", "sigmoid", "tanh"}
POOLS = {"max": "MaxPooling2D", "average": "AveragePooling2D"}
PADDINGS = ("same", "valid")


def keras_lines(stack: StackSpec) -> tuple[str, ...]:
    """Return one line for each layer and one for each pool."""
    return tuple(line for layer in stack.layers for line in _lines(layer))


def _lines(layer: LayerSpec) -> tuple[str, ...]:
    notes = ", ".join(_lacking(layer))
    line = f"{_call(layer)}  # {notes}" if notes else _call(layer)
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


def _lacking(layer: LayerSpec) -> list[str]:
    given = (
        (layer.kind == "pointwise_first", f"after {layer.multiplier} pointwise maps each"),
        (layer.padding not in PADDINGS, f"padded by {layer.padding}"),
        (layer.padding_mode != "zeros", f"border: {layer.padding_mode}"),
        (layer.activation == "leaky_relu", "then leaky ReLU, slope 0.01"),
    )
    return [text for holds, text in given if holds]
