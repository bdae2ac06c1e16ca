"""Plain-text titles of views, for frames and links."""

from app.lab.lab import Lab
from app.messages import sentence
from app.web.embedding.view_table import Place
from app.web.filters.words import plural
from app.web.language.in_words import in_words

NAMES = {
    "lab": sentence("Two convolution layers: {maps1}, then {maps2}"),
    "live": sentence("Two convolution layers, live"),
    "one_layer": sentence("Two linear layers as one"),
    "maps": sentence("The maps of layer {layer}"),
    "map": sentence("Map {channel} of layer {layer}"),
    "fold": sentence("Map {channel} of layer {layer}, added up"),
    "pixel": sentence("Map {channel} of layer {layer}, row {row}, column {col}"),
    "projections": sentence("The strongest places of map {channel} of layer {layer}"),
    "wall": sentence("All contributions of layer {layer}"),
    "training": sentence("64 filters and their maps while they are trained"),
    "costs": sentence("What other kinds of layer {layer} would cost"),
    "intermediate": sentence("The maps between the two steps of layer {layer}"),
    "lessons": sentence("Lessons on convolutions"),
    "lesson": sentence("{question}"),
    "ladder": sentence("A deep net, layer by layer"),
}


def title_of(place: Place, lab: Lab) -> str:
    """Return the title of a view as one line of plain text."""
    first, second = (plural(layer.filters, "map") for layer in place.state.stack.layers)
    given = {**place.numbers, **place.extras, "maps1": first, "maps2": second}
    if place.name:
        given["question"] = lab.lessons.lesson(place.name).question
    picture = in_words(lab.pictures.title(place.state.image_id))
    return f"{in_words(NAMES[place.view.name].having(**given))} · {picture} · Convfold"
