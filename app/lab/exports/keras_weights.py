"""The end of the Keras code: weights in Keras's order of axes, and the comparison with the page."""

from app.lab.pieces.stack_facts import Layer

NAMES = ("preactivation", "activation", "output")

ORDERS = '''\
def keras_order(kernels):
    """Turn (F, C, kh, kw) to Keras's (kh, kw, C, F)."""
    return kernels.transpose(2, 3, 1, 0)
'''
DEPTHWISE_ORDER = '''\
def depthwise_order(kernels, channels):
    """Turn (C * multiplier, 1, kh, kw) to Keras's (kh, kw, C, multiplier)."""
    return kernels.reshape(channels, -1, *kernels.shape[2:]).transpose(2, 3, 0, 1)
'''


def orders(layers: tuple[Layer, Layer]) -> list[str]:
    """Return the functions that turn the weights of these layers."""
    kinds = {layer.spec.kind for layer in layers}
    return [
        *([ORDERS] if kinds & {"standard", "pointwise_first"} else []),
        *([DEPTHWISE_ORDER] if kinds & {"depthwise", "separable"} else []),
    ]


def run(layers: tuple[Layer, Layer]) -> str:
    """Return the lines that set the weights, run the model and compare."""
    names = ", ".join(f'"layer{n}/{name}"' for n in (1, 2) for name in NAMES)
    lines = ["page = load()"]
    for layer in layers:
        lines += _weight_lines(layer)
    lines += [
        'image = page["image"].transpose(1, 2, 0)[None]  # a batch of one picture, channels last',
        f"names = [{names}]",
        "for name, mine in zip(names, model.predict(image, verbose=0)):",
        "    compare(name, mine[0].transpose(2, 0, 1))",
    ]
    return "\n".join(lines) + "\n"


def _weight_lines(layer: Layer) -> list[str]:
    n, name = layer.number, layer.name
    bias = f', page["{name}/bias"]' if layer.spec.bias else ""
    full = f'page["{name}/weight"]'
    grouped = f"of_groups({full}, {layer.groups})" if layer.groups > 1 else full
    match layer.spec.kind:
        case "separable":
            return [
                f'kernels = depthwise_order(page["{name}/kernels"], {layer.channels})',
                f'pointwise = page["{name}/pointwise"].T[None, None]  # (1, 1, {layer.between}, {layer.filters})',
                f"conv{n}.set_weights([kernels, pointwise{bias}])",
            ]
        case "pointwise_first":
            return [
                f'pointwise{n}.set_weights([page["{name}/pointwise"].T[None, None]])',
                f'conv{n}.set_weights([keras_order(page["{name}/kernels"]){bias}])',
            ]
        case "depthwise":
            return [f"conv{n}.set_weights([depthwise_order({grouped}, {layer.channels}){bias}])"]
        case _:
            return [f"conv{n}.set_weights([keras_order({grouped}){bias}])"]
