"""Adapts the settings of a lab to imported weights, whose file determines the shapes."""

from typing import BinaryIO

from app.engine.errors import SpecError
from app.engine.spec.normalisation import Figures
from app.lab.keep.convolution_choice import ConvolutionChoice
from app.lab.keep.imports import Imports, ReadConvolutions
from app.lab.keep.views import ImportedView
from app.lab.state import cost
from app.lab.state.cost import CostLimits
from app.lab.state.state import CHANNEL_WORDS, DISPLAY_SETTINGS, LAYERS, State, build, flatten
from app.messages import counted

OF_A_LAYER = (
    "stride",
    "dilation",
    "padding",
    "padding_mode",
    "activation",
    "pool",
    "pool_size",
)  # kept from the lab; the other settings of a layer come from the file
KEPT_SETTINGS = (
    *("size", "fit", "normalise", "flip", *DISPLAY_SETTINGS),
    *(f"{name}{number}" for name in OF_A_LAYER for number in LAYERS),
)

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
    choice: ConvolutionChoice,
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
    """Return `state` with weights that were read from a file.

    `means` and `deviations` describe the input, with one number or one for each channel; without them,
    `normalise` stays the same.

    Raises:
        SpecError: they do not fit the channels, or a setting kept from `state` does not fit the shapes.
    """
    pair = taken.pair
    values = {name: value for name, value in flatten(state).items() if name in KEPT_SETTINGS}
    if isinstance(state.stack.normalise, tuple) and state.stack.channels != pair.first.channels:
        del values["normalise"]  # its figures are for another number of channels
    if means or deviations:
        values["normalise"] = (
            *_for_each("mean", means or (0.0,), pair.first.channels),
            *_for_each("deviation", deviations or (1.0,), pair.first.channels),
        )
    values["channels"] = CHANNEL_WORDS[pair.first.channels]
    for number, groups in zip(LAYERS, pair.groups, strict=True):
        values |= {f"weights{number}": taken.name, f"groups{number}": groups}
    return build(state.image_id, values)


def _for_each(name: str, figures: Figures, channels: int) -> Figures:
    if len(figures) not in (1, channels):
        message = FIGURES_FOR_ONE if channels == 1 else FIGURES.having(channels=channels)
        raise SpecError(name, message.having(count=len(figures)))
    return figures if len(figures) == channels else figures * channels
