"""What settings and their values are called in the form."""

from app.engine.activations import LEAKY_SLOPE
from app.lab.state import State, text_of

FIELD_LABELS = {
    "padding_mode": "border",
    "normalise": "values",
    "pool_size": "pool size",
    "flip": "kernels",
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
    "handmade": "made by hand",
    "random": "random (He normal)",
    "activation": "after the activation",
    "unpooled": "before the pool",
    "preactivation": "before the activation",
    "map": "each map",
    "layer": "the layer",
    "stack": "both layers",
    "root": "root",
    "first": "channels first",
    "last": "channels last",
}
# Words that mean something else as the value of another setting.
WORDS_OF: dict[tuple[str, object], str] = {
    ("pool", "none"): "no pool",
    ("pool", "max"): "max pool",
    ("pool", "average"): "average pool",
    ("flip", False): "cross-correlation",
    ("flip", True): "true convolution (kernels turned)",
}


def label_of(name: str, word: object, state: State) -> str:
    """Return what a value of the setting `name` is called; None is the weights' default for their shape."""
    if word is None:
        by_hand = state.stack.why_not_handmade(int(name[-1])) is None
        return WORDS["handmade" if by_hand else "random"]
    if word == "activation" and any(layer.pool != "none" for layer in state.stack.layers):
        return "after activation and pool"
    text = text_of(word)
    return WORDS_OF.get((name.rstrip("12"), word), WORDS.get(text, text))
