"""The labels of settings and of their values in the form."""

from app.engine.compute.activations import LEAKY_SLOPE
from app.engine.weights.banks.table import BANKS
from app.lab.state.state import State, text_of

FIELD_LABELS = {
    "padding_mode": "border",
    "normalise": "values",
    "pool_size": "pool size",
    "flip": "kernels",
    "initialiser": "start",
    "distribution": "drawn",
}
WORDS = {
    "rgb": "R, G, B",
    "centre": "centred, x − 0.5",
    "none": "as it is, 0 to 1",
    "imagenet": "ImageNet’s mean and deviation",
    "valid": "valid (none)",
    "relu": "ReLU",
    "leaky_relu": f"leaky ReLU, slope {LEAKY_SLOPE:g}",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "separable": "separable",
    "pointwise_first": "pointwise first",
    "activation": "after the activation",
    "unpooled": "before the pool",
    "preactivation": "before the activation",
    "he": "He",
    "glorot": "Glorot",
    "lecun": "LeCun",
    "truncated": "cut-off normal",
    "map": "each map",
    "layer": "the layer",
    "stack": "both layers",
    "root": "root",
    "first": "channels first",
    "last": "channels last",
}
WEIGHTS = {"handmade": "made by hand", "trained": "trained", "random": "random"}
# Words with another label as the value of a particular setting.
WORDS_OF: dict[tuple[str, object], str] = {
    ("pool", "none"): "no pool",
    ("pool", "max"): "max pool",
    ("pool", "average"): "average pool",
    ("flip", False): "cross-correlation",
    ("flip", True): "true convolution (kernels turned)",
}


def label_of(name: str, word: object, state: State) -> str:
    """Return the label of a value of the setting `name`; None stands for the default weights of the shape."""
    if word is None:
        return label_of(name, state.stack.default_weights(int(name[-1])), state)
    if word == "activation" and any(layer.pool != "none" for layer in state.stack.layers):
        return "after activation and pool"
    text = text_of(word)
    if name.startswith("weights"):
        return WEIGHTS.get(text) or (BANKS[text].title if text in BANKS else "imported")
    return WORDS_OF.get((name.rstrip("12"), word), WORDS.get(text, text))
