"""Adapts the settings of a lab to imported weights, whose file determines the shapes."""

from collections.abc import Iterator
from typing import BinaryIO

from app.engine.errors import SpecError
from app.engine.spec.normalisation import Figures
from app.lab.keep.imports import Imports, ReadConvolutions
from app.lab.keep.views import ImportedView
from app.lab.state import cost
from app.lab.state.cost import CostLimits
from app.lab.state.state import CHANNEL_WORDS, DISPLAY_SETTINGS, LAYERS, State, build, flatten
from app.messages import counted
from app.untrusted.weights.layers.choice import Choice
from app.untrusted.weights.layers.extract import ExtractedLayer
from app.untrusted.weights.layers.input_scale import in_unit_range

# Kept from the lab where the file does not state them; the other settings of a layer come from the file.
OF_A_LAYER = ("stride", "dilation", "padding", "padding_mode", "activation", "pool", "pool_size")
KEPT_SETTINGS = ("size", "fit", "normalise", "flip", *DISPLAY_SETTINGS)

FIGURES_FOR_ONE = counted(
    "{field} has {count} figure; 1 would work.", "{field} has {count} figures; 1 would work.", 1
)
FIGURES = counted(
    "{field} has {count} figure; 1 or {channels} would work.",
    "{field} has {count} figures; 1 or {channels} would work.",
    1,
)


def import_weights(
    imports: Imports,
    limits: CostLimits,
    state: State,
    file: BinaryIO,
    choice: Choice,
    figures: tuple[Figures, Figures],
) -> tuple[ImportedView, State]:
    """Store two convolutions of a file; return them, and `state` with them as its weights.

    `figures` are the means and the standard deviations of the input, each empty if not given.

    Raises:
        WeightsError: the file cannot be read, or the chosen convolutions do not fit.
        SpecError: the figures or a setting of `state` do not fit the shapes; nothing is stored.
    """
    taken = imports.take(file, choice)
    its = with_imported_weights(state, taken, means=figures[0], deviations=figures[1])
    cost.check(its.stack, limits)
    return imports.keep(taken), its


def with_imported_weights(
    state: State, taken: ReadConvolutions, *, means: Figures = (), deviations: Figures = ()
) -> State:
    """Return `state` with weights that were read from a file, and the settings that the file states.

    `means` and `deviations` describe the input, with one number or one for each channel, for values from 0 to 1
    or, as their sizes tell, from 0 to 255. Without them the file's are used or, if it has none, `normalise`
    stays the same.

    Raises:
        SpecError: they do not fit the channels, or a setting kept from `state` does not fit the shapes.
    """
    first, second = taken.extracted.layers
    channels = first.found.channels
    values = {name: value for name, value in flatten(state).items() if name in KEPT_SETTINGS}
    if isinstance(state.stack.normalise, tuple) and state.stack.channels != channels:
        del values["normalise"]  # its figures are for another number of channels
    if means or deviations:
        means, deviations = in_unit_range(means, deviations)
        values["normalise"] = _normalise(means, deviations, channels)
    elif taken.extracted.normalise and all(
        len(each) in (1, channels) for each in taken.extracted.normalise
    ):
        values["normalise"] = _normalise(*taken.extracted.normalise, channels)
    values["channels"] = CHANNEL_WORDS[channels]
    for number, layer in zip(LAYERS, (first, second), strict=True):
        values |= {f"{name}{number}": value for name, value in _of_a_layer(state, number, layer)}
        values[f"weights{number}"] = taken.name
    return build(state.image_id, values)


def _of_a_layer(state: State, number: int, layer: ExtractedLayer) -> Iterator[tuple[str, object]]:
    """Yield the settings of a layer: those of the lab, then those that the file states."""
    own = state.stack.layers[number - 1]
    for name in OF_A_LAYER:
        yield name, layer.settings.get(name, getattr(own, name))
    yield "bias", layer.settings["bias"]
    if layer.found.kind == "standard":
        yield "groups", layer.found.groups or 1


def _normalise(means: Figures, deviations: Figures, channels: int) -> str | Figures:
    figures = (
        *_for_each("mean", means or (0.0,), channels),
        *_for_each("deviation", deviations or (1.0,), channels),
    )
    return "none" if figures == (0.0,) * channels + (1.0,) * channels else figures


def _for_each(name: str, figures: Figures, channels: int) -> Figures:
    if len(figures) not in (1, channels):
        message = FIGURES_FOR_ONE if channels == 1 else FIGURES.having(channels=channels)
        raise SpecError(name, message.having(count=len(figures)))
    return figures if len(figures) == channels else figures * channels
