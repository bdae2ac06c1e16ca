"""Descriptions of a stack for comments and captions, in plain ASCII so that they are safe everywhere."""

from app.engine.compute.activations import LEAKY_SLOPE
from app.engine.spec.normalisation import Normalise
from app.engine.spec.stack import LayerSpec, StackSpec
from app.lab.pieces.stack_facts import Layer, layers_of

ACTIVATIONS = {
    "linear": "no activation",
    "relu": "ReLU",
    "leaky_relu": f"leaky ReLU of slope {LEAKY_SLOPE:g}",
    "elu": "ELU",
    "gelu": "GELU (exact)",
    "silu": "SiLU",
}
NORMALISED = {
    "centre": "the picture, minus 0.5",
    "none": "the picture, 0 to 1",
    "imagenet": "the picture, minus ImageNet's means, by its deviations",
}


def plain(text: str) -> str:
    """Return a text that is safe in a Python comment or docstring."""
    one_line = " ".join(text.split())
    return one_line.replace("\\", "/").replace('"', "'")


def by(sizes: tuple[int, ...]) -> str:
    """Write sizes such as 3x256x256."""
    return "x".join(map(str, sizes))


def shape_line(stack: StackSpec) -> str:
    """Write the shapes from the image through the stack."""
    parts = [by(stack.input_shape(1))]
    for layer in layers_of(stack):
        parts += [filters(layer), by(layer.map_shape)]
        if layer.spec.pool != "none":
            parts += [pool(layer.spec), by(layer.output_shape)]
    return " -> ".join(parts)


def filters(layer: Layer) -> str:
    """Write the number of filters of a layer and their shape; for two factors, one after the other."""
    spec, kernel = layer.spec, by(layer.spec.kernel)
    match spec.kind:
        case "separable":
            return f"{layer.between} kernels of {kernel}, then {layer.filters} filters of 1x1x{layer.between}"
        case "pointwise_first":
            return (
                f"{layer.between} filters of 1x1x{layer.channels}, then {layer.filters} filters of "
                f"{kernel}x{spec.multiplier}"
            )
        case "depthwise":
            return f"{layer.filters} filters of {kernel}x1 (depthwise)"
        case _:
            many = f" in {spec.groups} groups" if spec.groups > 1 else ""
            return f"{layer.filters} filters of {kernel}x{layer.reads}{many}"


def pool(spec: LayerSpec) -> str:
    """Name a pool."""
    return f"{spec.pool} pool {spec.pool_size}x{spec.pool_size}"


def activation(spec: LayerSpec) -> str:
    """Name an activation."""
    return ACTIVATIONS.get(spec.activation, spec.activation)


def layer_words(layer: Layer) -> str:
    """Describe all settings of a layer in one line."""
    spec = layer.spec
    parts = [filters(layer)]
    parts += [f"stride {spec.stride}"] if spec.stride > 1 else []
    parts += [f"dilation {spec.dilation}"] if spec.dilation > 1 else []
    mode = "" if spec.padding == "valid" else f" ({spec.padding_mode})"
    parts += [f"padding {spec.padding}{mode}"]
    parts += [] if spec.bias else ["no bias"]
    parts += [activation(spec)]
    parts += [pool(spec)] if spec.pool != "none" else []
    return ", ".join(parts)


def why_so_many(layer: Layer) -> list[str]:
    """Explain, in lines, why a layer has as many maps as it does."""
    spec, below = layer.spec, "channel" if layer.number == 1 else "map"
    made, read = layer.filters, layer.channels
    match spec.kind:
        case "separable":
            return [
                f"Each of the {layer.between} kernels slides over one {below} alone; each of the {made} filters",
                f"then adds all {layer.between} results, weighted, to one map: {made} maps.",
            ]
        case "pointwise_first":
            return [
                f"Each of the {layer.between} 1x1 filters adds all {read} {below}s, weighted; each of the {made}",
                f"filters then slides over {spec.multiplier} of these and makes one map: {made} maps.",
            ]
        case "depthwise":
            return [f"Each filter has one kernel and reads one {below}; nothing is added across."]
        case _:
            return _why_standard(layer, below)


def normalised(how: Normalise) -> str:
    """Describe the input of layer 1."""
    if isinstance(how, str):
        return NORMALISED[how]
    means, deviations = how[: len(how) // 2], how[len(how) // 2 :]
    return f"the picture, minus {_listed(means)}, by {_listed(deviations)}"


def _why_standard(layer: Layer, below: str) -> list[str]:
    made, read = layer.filters, layer.reads
    if read == 1:
        return [f"Each filter has one kernel and reads one {below}: {made} maps."]
    group = "" if layer.groups == 1 else " of its group"
    return [
        f"Each filter has {read} kernels, one for each of the {read} {below}s{group}, and adds the {read} results",
        f"to one map: {made} maps come out, not {read} x {made} = {read * made:,}.",
    ]


def _listed(figures: tuple[float, ...]) -> str:
    return ", ".join(f"{figure:g}" for figure in figures)


def flip_words(stack: StackSpec) -> list[str]:
    """Explain that kernels are flipped, if they are."""
    if not stack.flip:
        return []
    return [
        "The kernels are stored turned by half a turn: slid as they are, they make a true convolution."
    ]
