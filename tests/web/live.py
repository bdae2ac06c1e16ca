"""Live frames for tests: how they are sent, and the answer taken apart."""

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]
AS_PNG, AS_JPEG = {"Content-Type": "image/png"}, {"Content-Type": "image/jpeg"}


@dataclass(frozen=True)
class Answer:
    """The head of an answer, and the levels of each picture by its name."""

    head: dict[str, Any]
    levels: dict[str, Pixels]

    def picture(self, name: str) -> dict[str, Any]:
        return next(one for one in self.head["pictures"] if one["name"] == name)

    def tile(self, name: str, index: int) -> Pixels:
        """Cut a tile out as app/web/pages/live.py says."""
        one = self.picture(name)
        (width, height), edge = one["tile"], one["edge"]
        row, column = divmod(index, one["columns"])
        x, y = column * (width + 2 * edge) + edge, row * (height + 2 * edge) + edge
        return self.levels[name][y : y + height, x : x + width]


def taken_apart(content: bytes) -> Answer:
    """Split an answer; every byte of it belongs to the head or to a picture."""
    end = 4 + int.from_bytes(content[:4], "big")
    head, levels = json.loads(content[4:end]), {}
    for one in head["pictures"]:
        data = content[end : end + one["length"]]
        end += one["length"]
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.mode) == ("JPEG", "L")
            assert image.size == (one["width"], one["height"])
            levels[one["name"]] = np.asarray(image)
    assert end == len(content)
    return Answer(head, levels)


def file_of(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def drawn(*lines: tuple[int, int, int, int], size: int = 256, width: int = 40) -> bytes:
    """Return a frame of the drawing pad: black lines on white."""
    image = Image.new("RGB", (size, size), "white")
    for line in lines:
        ImageDraw.Draw(image).line(line, fill="black", width=width)
    return file_of(image)
