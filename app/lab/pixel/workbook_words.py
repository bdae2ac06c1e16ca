"""The words of the spreadsheet of a pixel."""

from app.engine.spec.stack import StackSpec
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import Source, layers_of
from app.lab.pixel.views import PixelView, WindowView
from app.messages import Message, sentence

LEDES = {
    1: sentence(
        "Each channel below has a window and a kernel of its own; their products are added to one number."
    ),
    2: sentence(
        "Each map below has a window and a kernel of its own; their products are added to one number."
    ),
}
POOLS = {
    "max": sentence("max of the window of the pool"),
    "average": sentence("average of the window of the pool"),
}
EQUAL = sentence("equal but for rounding")
OTHER = sentence("not the same")


def title(pixel: PixelView) -> Message:
    """Return the title of the workbook."""
    return sentence(
        "Map {map} of layer {layer} at row {row}, column {column}",
        map=pixel.channel,
        layer=pixel.layer,
        row=pixel.row,
        column=pixel.col,
    )


def label_of_input(layer: int, one: WindowView) -> Message:
    """Name an input channel of a layer."""
    if layer == 1:
        return sentence("channel {number}: {name}", number=one.channel, name=one.name)
    if one.name is None:
        return sentence("map {number}", number=one.channel)
    return sentence("map {number}: {name}", number=one.channel, name=one.name)


def settings(stack: StackSpec, source: Source) -> list[tuple[Message, Message | str]]:
    """Return the settings of the stack and the source of the numbers, by name."""
    return [
        (sentence("picture"), source.title),
        (sentence("page"), source.page),
        (sentence("shapes"), stack_words.shape_line(stack)),
        *(
            (sentence("layer {number}", number=layer.number), stack_words.layer_words(layer))
            for layer in layers_of(stack)
        ),
        (sentence("layer 1 reads"), stack_words.normalised(stack.normalise)),
        *((sentence("kernels"), line) for line in stack_words.flip_words(stack)),
    ]
