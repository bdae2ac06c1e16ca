"""The context of the notebook's template: a stack, and the picture, weights and values of the page."""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import LayerTrace, Trace
from app.engine.spec.normalisation import IMAGENET_DEVIATIONS, IMAGENET_MEANS, Normalise
from app.lab.exports.code_context import CodeContext, CodeLayer, code_context
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import Source, arrays_of
from app.lab.state.state import LAYERS
from app.messages import Message

LINE = 120  # characters of data in a line; editors are slow with longer lines
SHOWN = 8  # values stated for each layer
CHOSEN = 22  # the map of layer 2 that is explained, if it exists


@dataclass(frozen=True, kw_only=True)
class ShownValues:
    """Values of a layer as on the page: some pixels (map, row, column, value), and statistics of all values."""

    places: list[tuple[int, int, int, str]]
    least: str
    greatest: str
    mean: str


@dataclass(frozen=True, kw_only=True)
class NotebookContext(CodeContext):
    """A stack with its data, so that the notebook needs no server.

    `data` is an .npz of picture and weights, encoded as text; `in_levels` says whether its picture is in levels
    of 0 to 255. `read` describes the input of layer 1, which comes from `normalise` with `means` and
    `deviations`.
    """

    data: str
    in_levels: bool
    read: Message
    normalise: Normalise
    means: list[float]
    deviations: list[float]
    shown: tuple[ShownValues, ...]

    @property
    def layers_shown(self) -> Iterable[tuple[CodeLayer, ShownValues]]:
        """Yield each layer with its values on the page."""
        return zip(self.layers, self.shown, strict=True)

    @property
    def chosen(self) -> int:
        """Return the map of layer 2 that is explained."""
        return min(CHOSEN, self.layers[1].filters - 1)


def notebook_context(
    trace: Trace, muted: Iterable[int], picture: Float, source: Source
) -> NotebookContext:
    """Return the context of the template.

    Shapes:
        picture  (C, H, W)  in [0, 1]
    """
    stack = trace.spec
    code = code_context(stack, muted, (layer.bank for layer in trace.layers), source)
    levels = np.rint(picture * 255).astype(np.uint8)
    exact = np.array_equal(levels / np.float32(255), picture)  # not so with the bars of fit=pad
    means, deviations = _figures(stack.normalise, picture.shape[0])
    return NotebookContext(
        **vars(code),
        data=_packed(levels if exact else picture, trace),
        in_levels=exact,
        read=stack_words.normalised(stack.normalise),
        normalise=stack.normalise,
        means=means,
        deviations=deviations,
        shown=tuple(map(_shown, trace.layers)),
    )


def _packed(picture: np.ndarray[Any, Any], trace: Trace) -> str:
    arrays: dict[str, Any] = {"picture": picture}
    for number, recorded in zip(LAYERS, trace.layers, strict=True):
        arrays |= dict(arrays_of(number, recorded.bank))
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    text = base64.b64encode(file.getvalue()).decode()
    return "\n".join(text[start : start + LINE] for start in range(0, len(text), LINE))


def _figures(how: Normalise, channels: int) -> tuple[list[float], list[float]]:
    """Return the mean and the standard deviation of each channel; empty if the normalisation has none."""
    if not isinstance(how, str):
        return list(how[:channels]), list(how[channels:])
    if how != "imagenet":
        return [], []
    if channels == 1:
        return [float(np.mean(IMAGENET_MEANS))], [float(np.mean(IMAGENET_DEVIATIONS))]
    return list(IMAGENET_MEANS), list(IMAGENET_DEVIATIONS)


def _shown(recorded: LayerTrace) -> ShownValues:
    maps = recorded.output
    steps = (np.linspace(0, size - 1, SHOWN).round().astype(int).tolist() for size in maps.shape)
    return ShownValues(
        places=[
            (f, row, col, _number(maps[f, row, col])) for f, row, col in zip(*steps, strict=True)
        ],
        least=_number(maps.min()),
        greatest=_number(maps.max()),
        mean=f"{maps.mean(dtype=float):.7g}",
    )


def _number(value: np.float32) -> str:
    return f"{float(value):.9g}"  # enough digits to distinguish any two float32 values
