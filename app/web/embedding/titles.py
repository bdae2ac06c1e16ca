"""Plain-text titles of views, for frames and links."""

from app.lab.lab import Lab
from app.web.embedding.view_table import Place
from app.web.filters.numbers import plural

NAMES = {
    "lab": "{maps1} and {maps2} of two convolution layers",
    "one_layer": "Two linear layers as one",
    "maps": "The maps of layer {layer}",
    "map": "Map {channel} of layer {layer}",
    "fold": "Map {channel} of layer {layer}, added up",
    "pixel": "Map {channel} of layer {layer}, row {row}, column {col}",
    "projections": "Where map {channel} of layer {layer} answers most",
    "wall": "All contributions of layer {layer}",
    "training": "64 filters and their maps while they are trained",
    "costs": "What other kinds of layer {layer} would cost",
    "intermediate": "Between the two steps of layer {layer}",
    "ladder": "A deep net, layer by layer",
}


def title_of(place: Place, lab: Lab) -> str:
    """Return the title of a view as one line of plain text."""
    first, second = (plural(layer.filters, "map") for layer in place.state.stack.layers)
    given = {**place.numbers, **place.extras, "maps1": first, "maps2": second}
    picture = lab.pictures.title(place.state.image_id)
    return f"{NAMES[place.view.name].format(**given)} · {picture} · Convfold"
