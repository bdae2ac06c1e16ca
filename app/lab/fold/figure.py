"""A figure of a fold, for slides: contributions with their kernels, their sum, the map, and a caption."""

import textwrap
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render
from app.engine.arrays import Float
from app.lab.compute.folds import Fold
from app.lab.fold import figure_words
from app.lab.fold.pictures import contribution_limits, sum_limit
from app.lab.pieces import scales, stack_words
from app.lab.pieces.kernels import filter_kernels
from app.lab.pieces.stack_facts import Layer, Source, layers_of
from app.lab.state.state import State
from app.messages import Message, sentence

Indices = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # left, top, width, height

WIDTH, HEIGHT = 1920, 1080  # of a slide
LEFT, RIGHT = 60, 1860
GRID: Box = (LEFT, 190, 1180, 690)
ARROW: Box = (1262, 511, 56, 48)
RESULTS: Box = (1340, 190, 520, 690)
CAPTION = 950  # the base of its first line
HEADLINE, LEDE, LABEL, SMALL = 52, 28, 24, 20  # sizes of letters, in pixels
NARROW = 0.5  # of a letter's size: its usual width
GAP, STRIP = 8, 22  # between tiles, and above each of them for its number and its kernel
LARGE = 320  # pixels a side of a result, at most


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture by the indices of its colours. `title` says what it is.

    Shapes:
        indices  (h, w)
        table    (256, 3)
    """

    box: Box
    indices: Indices
    table: NDArray[np.uint8]
    title: str


@dataclass(frozen=True)
class Text:
    """A line: `at` is the left end, the middle or the right end of its base, as `anchor` says."""

    at: tuple[int, int]
    text: str
    size: int
    anchor: str = "start"


@dataclass(frozen=True, eq=False)
class Figure:
    """Everything on a figure, in pixels from its upper left corner."""

    title: str
    pictures: tuple[Picture, ...]
    texts: tuple[Text, ...]
    arrow: Box = ARROW
    width: int = WIDTH
    height: int = HEIGHT


def fold_figure(one: Fold, state: State, source: Source) -> Figure:
    """Lay out the fold of one map."""
    layer = layers_of(one.run.spec)[one.layer - 1]
    count = len(one.added())
    title = source.say(figure_words.title(one, count))
    lede = source.say(figure_words.lede(one, count, layer))
    tiles, labels = _contributions(one, state, source)
    results, names = _results(one, layer, state, source)
    head = (Text((LEFT, 100), title, HEADLINE), Text((LEFT, 150), lede, LEDE))
    caption = _caption(one, state, source)
    return Figure(title, (*tiles, *results), (*head, *labels, *names, *caption))


def _contributions(one: Fold, state: State, source: Source) -> tuple[list[Picture], list[Text]]:
    channels = one.with_muted(state.display.order)
    limits = contribution_limits(one, state.display)
    indices = render.signed_indices(one.parts.drawn, limits, contrast=state.display.contrast)
    kernels = filter_kernels(one.run.bank(one.layer), one.channel)
    weights = render.signed_indices(
        kernels, scales.largest(kernels), contrast=scales.KERNEL_CONTRAST
    )
    pictures, labels = [], []
    for channel, (left, top, side, _) in zip(channels, _cells(len(channels), GRID), strict=True):
        what = source.say(sentence("contribution of {channel}", channel=channel))
        whose = source.say(sentence("kernel for {channel}", channel=channel))
        box = _fitted((left, top + STRIP, side, side), indices[channel])
        pictures.append(Picture(box, indices[channel], colormaps.SIGNED, what))
        chip = (left + side - 2 * STRIP, top, 2 * STRIP, STRIP - 3)
        right = _fitted(chip, weights[channel], end=True)
        pictures.append(Picture(right, weights[channel], colormaps.WEIGHTS, whose))
        muted = one.layer == 2 and channel in state.muted
        label = source.say(figure_words.muted(channel)) if muted else str(channel)
        labels.append(Text((left, top + STRIP - 5), label, SMALL - 4))
    return pictures, labels


def _results(
    one: Fold, layer: Layer, state: State, source: Source
) -> tuple[list[Picture], list[Text]]:
    recorded = one.run.layer(one.layer).trace
    steps: list[tuple[Message, Float]] = [(_summed(layer), one.preactivation)]
    if layer.spec.activation != "linear":
        after = sentence("after {function}", function=stack_words.activation(layer.spec))
        steps.append((after, recorded.activation[one.channel]))
    if one.is_pooled:
        after = sentence("after {pool}", pool=stack_words.pool(layer.spec))
        steps.append((after, recorded.output[one.channel]))
    left, top, width, height = RESULTS
    room = height // len(steps)
    pictures, names = [], []
    for index, (name, values) in enumerate(steps):
        shrunk = render.block_means(values[None], LARGE)[0]
        limit = sum_limit(one, state.display)
        indices = render.signed_indices(shrunk, limit, contrast=state.display.contrast)
        at = top + index * room
        box = _fitted((left, at + 36, width, room - 48), indices)
        pictures.append(Picture(box, indices, colormaps.SIGNED, source.say(name)))
        spread = source.say(
            sentence(
                "{name}: {least:.3g} to {most:.3g}",
                name=name,
                least=float(values.min()),
                most=float(values.max()),
            )
        )
        names.append(Text((left + width // 2, at + 24), spread, LABEL, "middle"))
    return pictures, names


def _caption(one: Fold, state: State, source: Source) -> list[Text]:
    paragraphs = figure_words.caption(one, state, source)
    letters = int((RIGHT - LEFT) / (NARROW * SMALL))
    lines = [line for words in paragraphs for line in textwrap.wrap(source.say(words), letters)]
    step = SMALL + 6
    return [
        Text((LEFT, CAPTION + index * step), line, SMALL)
        for index, line in enumerate(lines[: (HEIGHT - CAPTION) // step])
    ]


def _cells(count: int, within: Box) -> list[Box]:
    """Return where each of `count` tiles stands, row by row, as large as they fit."""
    left, top, width, height = within

    def side(columns: int) -> int:
        rows = -(-count // columns)
        return min((width + GAP) // columns - GAP, (height + GAP) // rows - GAP - STRIP)

    columns = max(range(1, count + 1), key=lambda columns: (side(columns), -columns))
    size = max(min(side(columns), LARGE), 1)
    return [
        (
            left + index % columns * (size + GAP),
            top + index // columns * (size + GAP + STRIP),
            size,
            size,
        )
        for index in range(count)
    ]


def _fitted(box: Box, indices: Indices, *, end: bool = False) -> Box:
    """Return the largest place in a box that has the shape of a picture: in its middle, or at its right end."""
    left, top, width, height = box
    rows, columns = indices.shape
    scale = min(width / columns, height / rows)
    wide, high = max(round(columns * scale), 1), max(round(rows * scale), 1)
    return left + (width - wide) // (1 if end else 2), top + (height - high) // 2, wide, high


def _summed(layer: Layer) -> Message:
    if layer.spec.bias:
        return sentence("their sum, with the bias")
    return sentence("their sum, without a bias")
