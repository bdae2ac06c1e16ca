"""Prepares a picture of any size as the square that layer 1 reads, with notes on what was done."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.lab.state.state import Fit
from app.messages import Note, note

LUMA = (0.2126, 0.7152, 0.0722)  # weights of luma, ITU-R BT.709, applied to gamma-encoded sRGB

_MID_GREY = 0.5  # becomes 0 when the stack centres the picture


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The working image.

    Shapes:
        image  (C, size, size)  float32 in [0, 1], contiguous, read-only

    Every value is k / 255 for an integer k, except the bars of `pad`, which are 0.5.
    """

    image: NDArray[np.float32]
    notes: tuple[Note, ...]


def prepare(pixels: NDArray[np.uint8], *, size: int, fit: Fit, channels: int) -> Prepared:
    """Convert a picture to a square of `size` by `size` pixels with 3 (RGB) or 1 (grey) channels.

    Shapes:
        pixels  (H, W, 3)  uint8
    """
    source, notes = _cropped(pixels) if fit == "crop" else (pixels, ())
    height, width = _fitted_size(source, size) if fit == "pad" else (size, size)
    fitted, resize_notes = _resized(source, height, width, fit=fit)
    values, grey_notes = _grey(fitted) if channels == 1 else (fitted, ())
    image = np.full((channels, size, size), _MID_GREY, np.float32)
    top, left = (size - height) // 2, (size - width) // 2
    inner = image[:, top : top + height, left : left + width]
    np.divide(values.transpose(2, 0, 1), np.float32(255), out=inner)  # (C, height, width)
    image.flags.writeable = False
    bars = _bar_notes(size, height, width)
    return Prepared(image=image, notes=notes + resize_notes + bars + grey_notes)


def _cropped(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], tuple[Note, ...]]:
    height, width = pixels.shape[:2]
    side = min(height, width)
    if height == width:
        return pixels, ()
    top, left = (height - side) // 2, (width - side) // 2
    square = pixels[top : top + side, left : left + side]
    return square, (note("cropped", side=side),)


def _fitted_size(pixels: NDArray[np.uint8], size: int) -> tuple[int, int]:
    height, width = pixels.shape[:2]
    longer = max(height, width)
    return max(round(height * size / longer), 1), max(round(width * size / longer), 1)


def _resized(
    pixels: NDArray[np.uint8], height: int, width: int, *, fit: Fit
) -> tuple[NDArray[np.uint8], tuple[Note, ...]]:
    before_height, before_width = pixels.shape[:2]
    if (before_height, before_width) == (height, width):
        return pixels, ()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    resized = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if fit == "stretch" and before_height != before_width:
        code = "stretched"
    else:
        code = "reduced" if width <= before_width else "enlarged"
    before = {"from_width": before_width, "from_height": before_height}
    return np.asarray(resized), (note(code, **before, width=width, height=height),)


def _grey(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], tuple[Note, ...]]:
    luma = pixels @ np.array(LUMA, np.float32)  # (height, width)
    red, green, blue = LUMA
    notes = (note("grey", red=red, green=green, blue=blue),)
    return np.rint(luma).astype(np.uint8)[..., None], notes  # (height, width, 1)


def _bar_notes(size: int, height: int, width: int) -> tuple[Note, ...]:
    if height == width == size:
        return ()
    if width == size:
        return (note("padded_rows", count=size - height),)
    return (note("padded_columns", count=size - width),)
