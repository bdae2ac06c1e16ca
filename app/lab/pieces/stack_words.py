"""Descriptions of a stack for comments and captions; their English is plain ASCII, safe everywhere."""

from app.engine.compute.activations import LEAKY_SLOPE
from app.engine.spec.normalisation import Normalise
from app.engine.spec.stack import LayerSpec, StackSpec
from app.figures import list_mark, marked
from app.lab.pieces.stack_facts import Layer, layers_of
from app.messages import Message, chained, counted, enumerated, sentence

ACTIVATIONS: dict[str, Message | str] = {
    "linear": sentence("no activation"),
    "relu": "ReLU",
    "leaky_relu": sentence("leaky ReLU of slope {slope:g}", slope=LEAKY_SLOPE),
    "elu": "ELU",
    "gelu": sentence("GELU (exact)"),
    "silu": "SiLU",
}
POOLS = {
    "max": sentence("max pool {size}"),
    "average": sentence("average pool {size}"),
}
NORMALISED = {
    "centre": sentence("the picture, minus 0.5"),
    "none": sentence("the picture, 0 to 1"),
    "imagenet": sentence("the picture, minus ImageNet's means, by its deviations"),
}


def plain(text: str) -> str:
    """Return a text that is safe in a Python comment or docstring."""
    one_line = " ".join(text.split())
    return one_line.replace("\\", "/").replace('"', "'")


def by(sizes: tuple[int, ...]) -> str:
    """Write sizes such as 3x256x256."""
    return "x".join(map(str, sizes))


def shape_line(stack: StackSpec) -> Message:
    """Write the shapes from the image through the stack."""
    parts: list[Message | str] = [by(stack.input_shape(1))]
    for layer in layers_of(stack):
        parts += [filters(layer), by(layer.map_shape)]
        if layer.spec.pool != "none":
            parts += [pool(layer.spec), by(layer.output_shape)]
    return chained(" -> ", parts)


def filters(layer: Layer) -> Message:
    """Write the number of filters of a layer and their shape; for two factors, one after the other."""
    spec, kernel = layer.spec, by(layer.spec.kernel)
    match spec.kind:
        case "separable":
            kernels = counted(
                "{count} kernel of {size}", "{count} kernels of {size}", layer.between, size=kernel
            )
            mixing = _filters(layer.filters, f"1x1x{layer.between}")
            return sentence("{first}, then {second}", first=kernels, second=mixing)
        case "pointwise_first":
            mixing = _filters(layer.between, f"1x1x{layer.channels}")
            then = _filters(layer.filters, f"{kernel}x{spec.multiplier}")
            return sentence("{first}, then {second}", first=mixing, second=then)
        case "depthwise":
            return counted(
                "{count} filter of {size} (depthwise)",
                "{count} filters of {size} (depthwise)",
                layer.filters,
                size=by((*spec.kernel, 1)),
            )
        case _ if spec.groups > 1:
            return counted(
                "{count} filter of {size} in {groups} groups",
                "{count} filters of {size} in {groups} groups",
                layer.filters,
                size=by((*spec.kernel, layer.reads)),
                groups=spec.groups,
            )
        case _:
            return _filters(layer.filters, f"{kernel}x{layer.reads}")


def pool(spec: LayerSpec) -> Message:
    """Name a pool."""
    return POOLS[spec.pool].having(size=by((spec.pool_size, spec.pool_size)))


def activation(spec: LayerSpec) -> Message | str:
    """Name an activation."""
    return ACTIVATIONS.get(spec.activation, spec.activation)


def layer_words(layer: Layer) -> Message:
    """Describe all settings of a layer in one line."""
    spec = layer.spec
    parts: list[Message | str] = [filters(layer)]
    parts += [sentence("stride {stride}", stride=spec.stride)] if spec.stride > 1 else []
    parts += [sentence("dilation {dilation}", dilation=spec.dilation)] if spec.dilation > 1 else []
    parts += [_padding(spec)]
    parts += [] if spec.bias else [sentence("no bias")]
    parts += [activation(spec)]
    parts += [pool(spec)] if spec.pool != "none" else []
    return enumerated(parts)


def why_so_many(layer: Layer) -> Message:
    """Explain why a layer has as many maps as it does."""
    return _WHY[layer.number, _reading(layer)].having(
        between=layer.between,
        made=layer.filters,
        read=layer.channels if layer.spec.kind == "pointwise_first" else layer.reads,
        multiplier=layer.spec.multiplier,
        apart=layer.reads * layer.filters,
    )


def normalised(how: Normalise) -> Message:
    """Describe the input of layer 1."""
    if isinstance(how, str):
        return NORMALISED[how]
    return sentence(
        "the picture, minus {means}, by {deviations}",
        means=_listed(how[: len(how) // 2]),
        deviations=_listed(how[len(how) // 2 :]),
    )


def flip_words(stack: StackSpec) -> list[Message]:
    """Explain that kernels are flipped, if they are."""
    return [_FLIPPED] if stack.flip else []


def _filters(count: int, size: str) -> Message:
    return counted("{count} filter of {size}", "{count} filters of {size}", count, size=size)


def _padding(spec: LayerSpec) -> Message:
    if spec.padding == "valid":
        return sentence("padding {padding}", padding=spec.padding)
    return sentence("padding {padding} ({mode})", padding=spec.padding, mode=spec.padding_mode)


def _listed(figures: tuple[float, ...]) -> str:
    return list_mark().join(marked(f"{figure:g}") for figure in figures)


def _reading(layer: Layer) -> str:
    if layer.spec.kind != "standard":
        return layer.spec.kind
    if layer.reads == 1:
        return "one"
    return "all" if layer.groups == 1 else "group"


_FLIPPED = sentence(
    "The kernels are stored turned by half a turn: slid as they are, they make a true convolution."
)
_WHY = {
    (1, "separable"): sentence(
        "Each of the {between} kernels slides over one channel alone; each of the {made} filters then adds all "
        "{between} results, weighted, to one map: {made} maps."
    ),
    (2, "separable"): sentence(
        "Each of the {between} kernels slides over one map alone; each of the {made} filters then adds all "
        "{between} results, weighted, to one map: {made} maps."
    ),
    (1, "pointwise_first"): sentence(
        "Each of the {between} 1x1 filters adds all {read} channels, weighted; each of the {made} filters then "
        "slides over {multiplier} of these and makes one map: {made} maps."
    ),
    (2, "pointwise_first"): sentence(
        "Each of the {between} 1x1 filters adds all {read} maps, weighted; each of the {made} filters then slides "
        "over {multiplier} of these and makes one map: {made} maps."
    ),
    (1, "depthwise"): sentence(
        "Each filter has one kernel and reads one channel; nothing is added across channels."
    ),
    (2, "depthwise"): sentence(
        "Each filter has one kernel and reads one map; nothing is added across maps."
    ),
    (1, "one"): sentence("Each filter has one kernel and reads one channel: {made} maps."),
    (2, "one"): sentence("Each filter has one kernel and reads one map: {made} maps."),
    (1, "group"): sentence(
        "Each filter has {read} kernels, one for each of the {read} channels of its group, and adds the {read} "
        "results to one map: {made} maps come out, not {read} x {made} = {apart:,}."
    ),
    (2, "group"): sentence(
        "Each filter has {read} kernels, one for each of the {read} maps of its group, and adds the {read} "
        "results to one map: {made} maps come out, not {read} x {made} = {apart:,}."
    ),
    (1, "all"): sentence(
        "Each filter has {read} kernels, one for each of the {read} channels, and adds the {read} results to one "
        "map: {made} maps come out, not {read} x {made} = {apart:,}."
    ),
    (2, "all"): sentence(
        "Each filter has {read} kernels, one for each of the {read} maps, and adds the {read} results to one map: "
        "{made} maps come out, not {read} x {made} = {apart:,}."
    ),
}
