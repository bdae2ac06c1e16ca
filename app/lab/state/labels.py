"""The labels of settings and of their values in the form."""

from app.engine.compute.activations import LEAKY_SLOPE
from app.engine.weights.banks.table import BANKS
from app.lab.state.state import State, text_of
from app.messages import Message, sentence

FIELD_LABELS = {
    "size": sentence("size"),
    "fit": sentence("fit"),
    "channels": sentence("channels"),
    "normalise": sentence("values"),
    "kind": sentence("kind"),
    "filters": sentence("filters"),
    "multiplier": sentence("multiplier"),
    "kernel": sentence("kernel"),
    "stride": sentence("stride"),
    "padding": sentence("padding"),
    "padding_mode": sentence("border"),
    "activation": sentence("activation"),
    "pool": sentence("pool"),
    "pool_size": sentence("pool size"),
    "weights": sentence("weights"),
    "initialiser": sentence("start"),
    "distribution": sentence("drawn"),
    "seed": sentence("seed"),
    "dilation": sentence("dilation"),
    "groups": sentence("groups"),
    "bias": sentence("bias"),
    "flip": sentence("kernels"),
    "show": sentence("show"),
    "scale": sentence("scale"),
    "contrast": sentence("contrast"),
    "axes": sentence("axes"),
}
WORDS: dict[str, Message | str] = {
    "crop": sentence("crop"),
    "pad": sentence("pad"),
    "stretch": sentence("stretch"),
    "rgb": "R, G, B",
    "grey": sentence("grey"),
    "centre": sentence("centred, x − 0.5"),
    "none": sentence("as it is, 0 to 1"),
    "imagenet": sentence("ImageNet’s mean and deviation"),
    "standard": sentence("standard"),
    "depthwise": sentence("depthwise"),
    "separable": sentence("separable"),
    "pointwise_first": sentence("pointwise first"),
    "same": sentence("same"),
    "valid": sentence("valid (none)"),
    "zeros": sentence("zeros"),
    "reflect": sentence("reflect"),
    "replicate": sentence("replicate"),
    "circular": sentence("circular"),
    "linear": sentence("linear"),
    "relu": "ReLU",
    "leaky_relu": sentence("leaky ReLU, slope {slope:g}", slope=LEAKY_SLOPE),
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "activation": sentence("after the activation"),
    "unpooled": sentence("before the pool"),
    "preactivation": sentence("before the activation"),
    "he": "He",
    "glorot": "Glorot",
    "lecun": "LeCun",
    "orthogonal": sentence("orthogonal"),
    "normal": sentence("normal"),
    "uniform": sentence("uniform"),
    "truncated": sentence("cut-off normal"),
    "map": sentence("each map"),
    "layer": sentence("the layer"),
    "stack": sentence("both layers"),
    "root": sentence("root"),
    "first": sentence("channels first"),
    "last": sentence("channels last"),
    "on": sentence("on"),
    "off": sentence("off"),
}
WEIGHTS = {
    "handmade": sentence("made by hand"),
    "trained": sentence("trained"),
    "random": sentence("random"),
}
IMPORTED = sentence("imported")
# Words with another label as the value of a particular setting.
WORDS_OF: dict[tuple[str, object], Message] = {
    ("pool", "none"): sentence("no pool"),
    ("pool", "max"): sentence("max pool"),
    ("pool", "average"): sentence("average pool"),
    ("flip", False): sentence("cross-correlation"),
    ("flip", True): sentence("true convolution (kernels turned)"),
}


def label_of(name: str, word: object, state: State) -> Message | str:
    """Return the label of a value of the setting `name`; None stands for the default weights of the shape.

    Numbers, and names that are the same in every language, are plain text.
    """
    if word is None:
        return label_of(name, state.stack.default_weights(int(name[-1])), state)
    if word == "activation" and any(layer.pool != "none" for layer in state.stack.layers):
        return sentence("after activation and pool")
    text = text_of(word)
    if name.startswith("weights"):
        return WEIGHTS.get(text) or (BANKS[text].title if text in BANKS else IMPORTED)
    return WORDS_OF.get((name.rstrip("12"), word)) or WORDS.get(text, text)
