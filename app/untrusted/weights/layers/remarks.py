"""What is said about how two layers were read: what was followed, what could not be, and what was guessed."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypedDict

from app.messages import Message, listed, sentence
from app.shown_text import shown_text
from app.untrusted.weights.description import Format, Operation

if TYPE_CHECKING:
    from app.untrusted.weights.layers.extract import ExtractedLayer


Figures = tuple[float, ...]

_MOST_SPARE = 4  # BatchNorms that are named
_GREY_GUESSED = sentence(
    "Layer 1 is read as one for a grey picture; if it has three groups, it reads three colours, each on its own. "
    "The file does not say, and the shapes cannot tell."
)
_COLOURS_GUESSED = sentence(
    "Layer 1 is read as one for three colours; it may also be one for a grey picture, with three times as many "
    "kernels for its one channel. The file does not say, and the shapes cannot tell."
)
CHANNELS_GUESSED = (_GREY_GUESSED.text, _COLOURS_GUESSED.text)


class Remarks(TypedDict):
    """The remarks of an import."""

    followed: tuple[Message, ...]
    unfollowed: tuple[Message, ...]
    guessed: tuple[Message, ...]


def remarks(
    layers: "Sequence[ExtractedLayer]",
    format: Format,
    *,
    normalise: tuple[Figures, Figures] | None,
    unread: Sequence[Operation],
    spare: Sequence[str],
    bgr: bool,
) -> Remarks:
    """Return what is said about two layers; `unread` is what the file does to the picture and the lab does not.

    `spare` are BatchNorms of which it is not known what they follow.
    """
    followed: list[Message] = []
    unfollowed = [
        sentence(
            "The file does {name} to the picture before layer 1; the lab leaves it out.",
            name=shown_text(each.label, most=60),
        )
        for each in unread
    ]
    unfollowed += [
        sentence(
            "The file has a BatchNorm, {name}, and does not say what it follows; it is left out.",
            name=shown_text(each, most=60),
        )
        for each in spare[:_MOST_SPARE]
    ]
    guessed: list[Message] = []
    for number, layer in enumerate(layers, 1):
        followed += _followed(number, layer)
        unfollowed += _unfollowed(number, layer)
        guessed += _guessed(number, layer)
    if normalise:
        followed.append(
            sentence(
                "The picture is scaled as the file says: for values from 0 to 1, mean {means}, deviation "
                "{deviations}.",
                means=_figures(normalise[0]),
                deviations=_figures(normalise[1]),
            )
        )
    if bgr:
        followed.append(
            sentence(
                "Layer 1 was made for blue, green and red; its weights are turned to red, green and blue."
            )
        )
    orders = dict.fromkeys(
        layer.found.order for layer in layers if layer.found.order_trust == "placed"
    )
    if orders:
        guessed.append(
            sentence(
                "The order of the axes, {orders}, was guessed from the shapes.",
                orders=listed(orders),
            )
        )
    if not any(layer.found.followed for layer in layers):
        guessed.append(
            sentence(
                "The file does not say which strides, padding, activations and pools its net has; those of the "
                "lab stay. If the net has others, set them: the maps depend on them."
            )
        )
    if normalise is None:
        guessed.append(
            sentence(
                "The file does not say how its pictures were normalised; the figures given with it, or else the "
                "setting of the lab, are used. The maps depend on them."
            )
        )
    if format != "ONNX" and all(layer.found.trust != "stated" for layer in layers):
        guessed.append(
            sentence(
                "The file does not say whether these are ordinary or transposed convolutions, and the shapes "
                "cannot tell; they are read as ordinary ones."
            )
        )
    return Remarks(followed=tuple(followed), unfollowed=tuple(unfollowed), guessed=tuple(guessed))


def _figures(figures: Figures) -> str:
    return ", ".join(f"{each:.3g}" for each in (figures if len(set(figures)) > 1 else figures[:1]))


def _followed(number: int, layer: "ExtractedLayer") -> Iterator[Message]:
    norm = layer.found.batch_norm
    if norm and layer.folded:
        yield sentence(
            "The BatchNorm {name} is folded into the weights and biases of layer {number}: its maps are those "
            "of the two together.",
            name=shown_text(norm.label, most=60),
            number=number,
        )
    if layer.found.followed:
        settings = layer.settings
        yield sentence(
            "Layer {number}: stride {stride}, dilation {dilation}, padding {padding}, activation {activation}, "
            "pool {pool}.",
            number=number,
            stride=settings["stride"],
            dilation=settings["dilation"],
            padding=settings["padding"],
            activation=settings["activation"],
            pool=_pool(layer),
        )


def _pool(layer: "ExtractedLayer") -> Message | str:
    pool = layer.settings["pool"]
    if pool == "none":
        return str(pool)
    return sentence("{pool} of {size} × {size}", pool=pool, size=layer.settings.get("pool_size", 2))


def _unfollowed(number: int, layer: "ExtractedLayer") -> Iterator[Message]:
    norm = layer.found.batch_norm
    if norm and not layer.folded:
        yield sentence(
            "The BatchNorm {name} behind layer {number} is left out.",
            name=shown_text(norm.label, most=60),
            number=number,
        )
    for each in layer.found.followed.unfollowed if layer.found.followed else ():
        yield sentence("Layer {number}: {what}", number=number, what=each)


def _guessed(number: int, layer: "ExtractedLayer") -> Iterator[Message]:
    found = layer.found
    if found.guesses_channels:
        yield _GREY_GUESSED if found.channels == 1 else _COLOURS_GUESSED
    if found.bias and found.bias_trust == "placed":
        yield sentence(
            "{bias} was taken as the bias of layer {number}, by its length and place.",
            bias=shown_text(found.bias, most=60),
            number=number,
        )
    if found.batch_norm and layer.folded and found.batch_norm.trust != "stated":
        yield sentence(
            "That {name} is a BatchNorm behind layer {number} was guessed from names and lengths, and its "
            "epsilon is {epsilon}, which is usual.",
            name=shown_text(found.batch_norm.label, most=60),
            number=number,
            epsilon=round(found.batch_norm.epsilon, 8),
        )
