"""The parts of a drawn face as small arrays, and filters for both layers that find whole faces by their parts.

The parts are drawn only here: the sample picture (tools.training.face) is made from the same arrays as the
filters.
"""

from collections.abc import Mapping

import numpy as np

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
from app.messages import Message, sentence

NAMES = {"Eye": sentence("Eye"), "Nose": sentence("Nose"), "Mouth": sentence("Mouth")}

# '#' is dark, 'o' is light, '.' is the background.
_DRAWN = {
    "Eye": """
        ...........
        ...#####...
        ..#ooooo#..
        .#oo###oo#.
        #ooo###ooo#
        #ooo###ooo#
        #ooo###ooo#
        .#oo###oo#.
        ..#ooooo#..
        ...#####...
        ...........
    """,
    "Nose": """
        ...........
        ....#.#....
        ....#o#....
        ....#o#....
        ...#ooo#...
        ...#ooo#...
        ..#ooooo#..
        .#ooooooo#.
        .o##ooo##o.
        ..##...##..
        ...........
    """,
    "Mouth": """
        ...........
        ...........
        #.........#
        ##.......##
        ###########
        #ooooooooo#
        .#ooooooo#.
        ..##ooo##..
        ....###....
        ...........
        ...........
    """,
}
_TONES = {"#": -1.0, ".": 0.0, "o": 1.0}

PARTS: Mapping[str, Array] = {
    name: np.array([[_TONES[cell] for cell in row] for row in drawn.split()])
    for name, drawn in _DRAWN.items()
}  # each (11, 11), from -1 for dark to 1 for light

SPACING = 4  # pool size of layer 1: image pixels between two neighbouring inputs of layer 2
# Where the parts of a face lie: rows down and columns right of its centre. They are multiples of SPACING, so
# that the parts are a whole number of pool windows apart wherever the face lies.
PLACES: tuple[tuple[str, Pair], ...] = (
    ("Eye", (-8, -12)),
    ("Eye", (-8, 12)),
    ("Nose", (0, 0)),
    ("Mouth", (12, 0)),
)

# How much lighter than the background a light cell is drawn, or darker a dark one.
LIGHTER = 110 / 255
PART_KERNEL, FACE_KERNEL = (11, 11), (7, 7)

PART_GAIN, PART_BIAS = 3.0, -2.0  # a part as drawn gives 3 - 2 = 1; a match below two thirds, 0
# Four parts give 8 - 7 = 1; three give 6 - 7 = -1, which ReLU makes 0.
FACE_GAIN, FACE_BIAS = 2.0, -7.0

# The settings, written as in an address, under which the sample picture of faces shows this bank at work.
FACE_SETTINGS: Mapping[str, str] = {
    "size": "256",
    "normalise": "centre",
    "filters1": "3",
    "kernel1": "11",
    "activation1": "relu",
    "pool1": "max",
    "pool_size1": str(SPACING),
    "weights1": "face",
    "filters2": "1",
    "kernel2": "7",
    "activation2": "relu",
    "weights2": "face",
}

_NEEDED_SETTINGS = {
    number: ", ".join(f"{name}={FACE_SETTINGS[name]}" for name in names)
    for number, names in (
        (1, ("filters1", "kernel1")),
        (2, ("weights1", "filters1", "kernel1", "filters2", "kernel2")),
    )
}


def _build(request: BankRequest) -> BankWeights:
    filters, bias = (_parts, PART_BIAS) if request.number == 1 else (_face, FACE_BIAS)
    made = build_per_group(request, lambda first: filters(request))
    return made._replace(bias=np.full(request.filters, bias, np.float32))


def _parts(request: BankRequest) -> list[Filter]:
    """Return matched filters: each is a part minus its mean, so that a uniform background gives 0."""
    made = []
    for name, drawn in PARTS.items():
        template = drawn - drawn.mean()
        template *= PART_GAIN / (LIGHTER * (template * drawn).sum())
        made.append(
            Filter(NAMES[name], np.repeat(template[None] / request.channels, request.channels, 0))
        )
    return made


def _face(request: BankRequest) -> list[Filter]:
    """Return the filter that has, on the map of each part, a weight at each place where that part should lie."""
    weight = np.zeros((len(PARTS), *FACE_KERNEL))
    for name, (down, right) in PLACES:
        row, column = FACE_KERNEL[0] // 2 + down // SPACING, FACE_KERNEL[1] // 2 + right // SPACING
        weight[list(PARTS).index(name), row, column] = FACE_GAIN
    return [Filter(sentence("Face: two eyes, nose and mouth"), weight)]


def _how_made(request: BankRequest) -> Message:
    if request.number == 1:
        return sentence(
            "Matched filters: the very drawings of an eye, a nose and a mouth in the picture of faces, less "
            "their mean, on the brightness; not trained. Scaled so that a part as drawn gives 3; the bias "
            "of −2 and ReLU leave 1 of it, and 0 of what is less than two thirds alike."
        )
    return sentence(
        "One filter that asks where parts lie: a weight of 2 on the map of eyes at two places, on those of noses "
        "and mouths at one each, and zeros elsewhere; not trained. Four parts in place give 8, three give 6, "
        "and the bias is −7: only a whole face is above 0. It counts on a max pool of {spacing} after layer 1, "
        "which leaves a quarter of the rows and of the columns, and on pictures whose values are not stretched "
        "(normalise=centre or none).",
        spacing=SPACING,
    )


def _why_not(request: BankRequest) -> Message | None:
    if request.number == 1:
        fits = (request.filters, request.kernel) == (len(PARTS), PART_KERNEL)
        fits = fits and request.channels in (1, 3)
        why = sentence(
            "it has {filters} filters of {size} on all colours; {settings} would work",
            filters=len(PARTS),
            size=size_text(PART_KERNEL),
            settings=_NEEDED_SETTINGS[1],
        )
    else:
        fits = request.shape == (1, len(PARTS), *FACE_KERNEL) and request.first in (None, BANK.name)
        why = sentence(
            "it has 1 filter of {size} on the eye, the nose and the mouth of layer 1; {settings} would work",
            size=size_text(FACE_KERNEL),
            settings=_NEEDED_SETTINGS[2],
        )
    return None if fits and request.groups == 1 else why


BANK = Bank(
    name="face",
    title=sentence("Parts of a face"),
    build=_build,
    how_made=_how_made,
    why_not=_why_not,
)
