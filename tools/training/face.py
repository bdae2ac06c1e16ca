"""Draws the picture of faces and their parts: `python -m tools.training.face`.

It writes static/samples/face.png, with the same parts that the bank `face` is made from. Background and faces
have the same mean of red, green and blue, so filters on brightness respond only to the parts.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.engine.weights.banks.face import LIGHTER, PARTS, PLACES

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "static" / "samples" / "face.png"

SIZE = 256
CELL = 51  # side of the cell of one drawing, in pixels
GROUND, SKIN = (110, 140, 170), (190, 140, 90)
GREY = 140  # the mean of both colours
OVAL = (24, 21)  # half height and half width
CHIN = 2  # rows from the nose, the centre of the parts, down to the centre of the oval

# Four letters are a face: the parts at the positions of the left eye, right eye, nose and mouth. A dot is an
# empty position; after ^ the positions are upside down. A single letter is a part alone on the background.
SCENE = (
    "EENM ENEM M EENM ^EENM",
    "E NMEE EENM MNEE EE.M",
    "EENM N EMNE E.NM EENM",
    "MEEN EENM EEN. EEMN E",
    "NEEM M MENE EENM N",
)
TRUE = "EENM"
LETTERS = {name[0]: name for name in PARTS}

Pixels = NDArray[np.uint8]


class Drawing(NamedTuple):
    """One cell of the picture: its word in the scene, and the row and column of its centre (of the oval)."""

    word: str
    row: int
    column: int


def drawings() -> Iterator[Drawing]:
    """Yield the drawings of the picture, row by row."""
    for down, line in enumerate(SCENE):
        for right, word in enumerate(line.split()):
            yield Drawing(word, CELL // 2 + CELL * down, CELL // 2 + CELL * right)


def picture() -> Pixels:
    """Return the whole picture, (SIZE, SIZE, 3)."""
    pixels = plain(SIZE)
    for drawing in drawings():
        draw(pixels, drawing)
    return pixels


def plain(size: int) -> Pixels:
    """Return a square of background, (size, size, 3)."""
    return np.full((size, size, 3), GROUND, np.uint8)


def draw(pixels: Pixels, drawing: Drawing) -> None:
    """Draw one face, scrambled or not, or one part."""
    word, row, column = drawing
    if len(word) == 1:
        _stamp(pixels, LETTERS[word], row, column)
        return
    upside = -1 if word[0] == "^" else 1
    rows, columns = np.ogrid[: len(pixels), : len(pixels)]
    pixels[((rows - row) / OVAL[0]) ** 2 + ((columns - column) / OVAL[1]) ** 2 < 1] = SKIN
    for letter, (_, (below, across)) in zip(word.lstrip("^"), PLACES, strict=True):
        if letter != ".":
            _stamp(pixels, LETTERS[letter], row + upside * (below - CHIN), column + across)


def main() -> None:
    """Draw the picture and write the file."""
    Image.fromarray(picture()).save(TARGET, optimize=True)
    print(f"Wrote {TARGET.relative_to(ROOT)}")


def _stamp(pixels: Pixels, name: str, row: int, column: int) -> None:
    """Draw the dark and light cells of a part; the others are left unchanged."""
    drawn = PARTS[name]
    top, left = row - drawn.shape[0] // 2, column - drawn.shape[1] // 2
    under = pixels[top : top + drawn.shape[0], left : left + drawn.shape[1]]  # a view
    inked = drawn != 0
    under[inked] = np.rint(GREY + 255 * LIGHTER * drawn[inked])[:, None]


if __name__ == "__main__":
    main()
