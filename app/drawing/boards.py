"""Pictures side by side on paper, with what leads from one to the next: one picture of a whole view."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
Line = list[tuple[float, float]]
Box = tuple[int, int, int, int]  # left, top, width, height

PAPER = (252, 251, 247)
GREEN = (29, 107, 60)
SOFT = (91, 95, 99)
INK = (29, 31, 33)
FINE = 3  # lines are drawn this much larger and reduced, so that their edges are smooth


class Board:
    """A sheet of paper of `width` by `height` pixels."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width, height), PAPER)

    def pixels(self) -> Pixels:
        """Return what is on it, (H, W, 3)."""
        return np.asarray(self._image)

    def put(self, picture: Pixels, box: Box) -> Box:
        """Put a picture into the middle of a box, as large as it fits; return where it lies.

        Shapes:
            picture  (H, W, 3)
        """
        left, top, width, height = box
        rows, columns = picture.shape[:2]
        scale = min(width / columns, height / rows)
        size = max(round(columns * scale), 1), max(round(rows * scale), 1)
        how = Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.NEAREST
        at = left + (width - size[0]) // 2, top + (height - size[1]) // 2
        self._image.paste(Image.fromarray(np.ascontiguousarray(picture)).resize(size, how), at)
        return (*at, *size)

    def put_all(self, pictures: list[Pixels], box: Box, *, gap: int) -> list[Box]:
        """Put pictures, each (h, w, 3), row by row into a box, as large as they fit; return the box of each."""
        left, top, width, height = box
        columns, side = _columns(len(pictures), width, height, gap)
        rows = -(-len(pictures) // columns)
        pitch = side + gap
        left += (width - columns * pitch + gap) // 2
        top += (height - rows * pitch + gap) // 2
        return [
            self.put(one, (left + index % columns * pitch, top + index // columns * pitch, side, side))
            for index, one in enumerate(pictures)
        ]  # fmt: skip

    def bar(self, box: Box, *, hollow: bool = False) -> None:
        """Draw a grey bar, or its outline alone."""
        left, top, width, height = box
        corners = (left, top, left + width - 1, top + height - 1)
        fill = PAPER if hollow else SOFT
        ImageDraw.Draw(self._image).rectangle(corners, fill=fill, outline=SOFT, width=2)

    def write(self, text: str, at: tuple[int, int], *, size: int, anchor: str) -> None:
        """Write a line; `anchor` is Pillow's: which of its points lies at `at`."""
        font = ImageFont.load_default(size)
        ImageDraw.Draw(self._image).text(at, text, fill=INK, font=font, anchor=anchor)

    def frame(self, box: Box, *, width: int) -> None:
        """Draw a green frame round a box."""
        left, top, wide, high = box
        outer = (left - width, top - width, left + wide + width - 1, top + high + width - 1)
        ImageDraw.Draw(self._image).rectangle(outer, outline=GREEN, width=width)

    def arrow(self, box: Box) -> None:
        """Draw an arrow to the right through the middle of a box."""
        left, top, width, height = box
        middle, head = top + height / 2, min(width, height) / 4
        tip = left + width
        shaft: Line = [(left, middle), (tip, middle)]
        self._lines(
            [shaft, [(tip - head, middle - head), (tip, middle), (tip - head, middle + head)]],
            SOFT,
            3,
        )

    def gather(self, starts: list[tuple[float, float]], end: tuple[float, float]) -> None:
        """Draw lines from many points into one: what is added up."""
        self._lines([[start, end] for start in starts], GREEN, 2)

    def _lines(self, lines: list[Line], colour: tuple[int, int, int], width: int) -> None:
        size = self._image.width * FINE, self._image.height * FINE
        mask = Image.new("L", size)
        draw = ImageDraw.Draw(mask)
        for line in lines:
            points = [(FINE * x, FINE * y) for x, y in line]
            draw.line(points, fill=255, width=FINE * width, joint="curve")
        self._image.paste(colour, mask=mask.reduce(FINE))


def on_paper(data: bytes) -> Pixels:
    """Return the pixels of one of our own PNGs, (H, W, 3); where it is transparent, the paper shows."""
    with Image.open(io.BytesIO(data)) as picture:
        pixels = picture.convert("RGBA")
    paper = Image.new("RGBA", pixels.size, (*PAPER, 255))
    return np.asarray(Image.alpha_composite(paper, pixels).convert("RGB"))


def _columns(count: int, width: int, height: int, gap: int) -> tuple[int, int]:
    """Return the columns in which squares are largest, and their side."""

    def side(columns: int) -> int:
        rows = -(-count // columns)
        return min((width + gap) // columns, (height + gap) // rows) - gap

    best = max(range(1, count + 1), key=lambda columns: (side(columns), -columns))
    return best, max(side(best), 1)
