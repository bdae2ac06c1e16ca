"""The banks of filters that compare bright with dark: edges, lines, spots, Gabor functions.

Each row of such a bank has one pattern in all its directions (or sizes), with weights of the channels of its
own. If a layer has more filters than these rows hold, the directions get finer.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.engine.weights.banks import axes, patterns
from app.engine.weights.banks.axes import Axis
from app.engine.weights.directions import DIRECTIONS, ORIENTATIONS
from app.engine.weights.request import (
    Array,
    Bank,
    BankRequest,
    BankWeights,
    Filter,
    Pair,
    build_per_group,
    size_text,
)
from app.messages import Message, paragraph, sentence

COLUMNS = 8  # filters in a row; a row may have a multiple of it
PHASES = (0, 90, 180, 270)
OCTAVES = (0, 1)  # how many half octaves a Gabor function is finer than the coarse one

FINE_GABOR = sentence("Fine, {orientation}, phase {phase}°")
COARSE_GABOR = sentence("Coarse, {orientation}, phase {phase}°")
SMALLEST_SPOT, LARGEST_SPOT = 1 / 8, 1 / 3  # standard deviations, as parts of the kernel's side

SCALED = sentence(
    "Each filter compares two weighted means: its weights above zero sum to 1, those below to −1; not trained."
)


@dataclass(frozen=True)
class _Place:
    """The place of a filter in its bank, and the size of its kernel."""

    kernel: Pair
    row: int
    column: int
    columns: int  # in each row


@dataclass(frozen=True, kw_only=True)
class _Contrast:
    """A bank of this kind; `rows` is how many different rows `pattern` makes on brightness alone."""

    name: str
    title: Message
    pattern: Callable[[_Place], tuple[Message, Array]]
    made_of: Message
    least: int
    rows: int | None = None

    def bank(self) -> Bank:
        return Bank(
            name=self.name,
            title=self.title,
            build=self._build,
            how_made=self._how_made,
            why_not=self._why_not,
        )

    def _build(self, request: BankRequest) -> BankWeights:
        return build_per_group(request, lambda first: self._filters(request, first))

    def _how_made(self, request: BankRequest) -> Message:
        columns = self._columns(request)
        made_of = self.made_of.having(columns=columns, half=columns // 2)
        return paragraph(made_of, self._placed(request, columns), SCALED)

    def _why_not(self, request: BankRequest) -> Message | None:
        if min(request.kernel) >= self.least:
            return None
        return sentence(
            "its kernels are {least} to 11 pixels high and wide, not {size}",
            least=self.least,
            size=size_text(request.kernel),
        )

    def _columns(self, request: BankRequest) -> int:
        rows = self.rows or (len(axes.COLOURS) if request.reads_colours else request.channels)
        return COLUMNS * -(-request.each // (COLUMNS * rows))

    def _filters(self, request: BankRequest, first: int) -> list[Filter]:
        columns = self._columns(request)
        over = self._axes(request, columns, first)
        made = []
        for row, column in (divmod(index, columns) for index in range(request.each)):
            name, kernel = self.pattern(_Place(request.kernel, row, column, columns))
            axis = over[row % len(over)]
            weight = patterns.balanced(axis.of(kernel))
            made.append(Filter(axis.named(name), weight))
        return made

    def _axes(self, request: BankRequest, columns: int, first: int) -> list[Axis]:
        if request.reads_colours:
            return [axes.BRIGHTNESS] if self.rows else list(axes.COLOURS)
        return axes.against_others(request.channels, _parts(request, columns), first)

    def _placed(self, request: BankRequest, columns: int) -> Message:
        if request.channels == 1:
            return sentence("They lie on the one channel that each filter reads.")
        if request.reads_colours and self.rows:
            return sentence("They lie on the brightness, a third of each colour.")
        if request.reads_colours:
            return sentence(
                "They lie on the brightness first, then on red against green, blue against yellow and so on: "
                "{columns} filters each.",
                columns=columns,
            )
        return sentence(
            "The maps are dealt in turn into {parts} parts, map 0 to the first, map 1 to the second: each "
            "{columns} filters lie on the mean of one part, less the mean of all other maps.",
            parts=_parts(request, columns),
            columns=columns,
        )


def _parts(request: BankRequest, columns: int) -> int:
    return axes.parts(request.channels, -(-request.each // columns))


def _edge(place: _Place) -> tuple[Message, Array]:
    direction = 360 * place.column / place.columns
    word = DIRECTIONS[place.column] if place.columns == len(DIRECTIONS) else f"{direction:g}°"
    return sentence("Edge to the {direction}", direction=word), patterns.edge(
        place.kernel, direction
    )


def _line(place: _Place) -> tuple[Message, Array]:
    dark, index = divmod(place.column, place.columns // 2)
    word, orientation = _orientation(index, place.columns // 2)
    bright = patterns.line(place.kernel, orientation)
    if dark:
        return sentence("Dark line, {orientation}", orientation=word), -bright
    return sentence("Bright line, {orientation}", orientation=word), bright


def _spot(place: _Place) -> tuple[Message, Array]:
    dark, index = divmod(place.column, place.columns // 2)
    share = index / (place.columns // 2 - 1)
    deviation = max(place.kernel) * SMALLEST_SPOT * (LARGEST_SPOT / SMALLEST_SPOT) ** share
    bright = patterns.spot(place.kernel, deviation)
    if dark:
        return sentence("Dark spot, σ {deviation:.3g}", deviation=deviation), -bright
    return sentence("Bright spot, σ {deviation:.3g}", deviation=deviation), bright


def _gabor(place: _Place) -> tuple[Message, Array]:
    fine, turn = divmod(place.row, len(PHASES))
    word, orientation = _orientation(place.column, place.columns)
    phase, octave = PHASES[turn], OCTAVES[fine]
    name = FINE_GABOR if fine else COARSE_GABOR
    wave = patterns.gabor(place.kernel, orientation, phase=phase, octave=octave)
    return name.having(orientation=word, phase=phase), wave


def _orientation(index: int, count: int) -> tuple[Message | str, float]:
    orientation = 180 * index / count
    word = ORIENTATIONS[index] if count == len(ORIENTATIONS) else f"{orientation:g}°"
    return word, orientation


BANKS = tuple(
    contrast.bank()
    for contrast in (
        _Contrast(
            name="edges",
            title=sentence("Edges"),
            pattern=_edge,
            least=2,
            made_of=sentence(
                "Derivatives of a Gaussian in {columns} directions, named after the bright side; of 3 × 3, those "
                "along the axes are Sobel's."
            ),
        ),
        _Contrast(
            name="lines",
            title=sentence("Lines"),
            pattern=_line,
            least=3,
            made_of=sentence(
                "Second derivatives of a Gaussian in {half} orientations: bright lines, then dark ones."
            ),
        ),
        _Contrast(
            name="spots",
            title=sentence("Spots"),
            pattern=_spot,
            least=3,
            made_of=sentence(
                "Gaussians of {half} sizes σ, each less its mean: bright spots, then dark ones."
            ),
        ),
        _Contrast(
            name="gabor",
            title=sentence("Gabor"),
            pattern=_gabor,
            least=3,
            rows=len(PHASES) * len(OCTAVES),
            made_of=sentence(
                "Gabor functions (Daugman, 1985), stripes under a Gaussian, less what would answer to plain grey: "
                "{columns} orientations, each with its bright stripe in the middle (0°) and a quarter of a "
                "stripe (90°) further each row; coarse ones, then ones finer by half an octave."
            ),
        ),
    )
)
