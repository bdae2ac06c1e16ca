"""Decodes untrusted bytes into pixels, and notes what was done. No other module decodes pictures."""

import re
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.messages import Note, note
from app.untrusted.pictures import colour
from app.untrusted.pictures.errors import PictureError
from app.untrusted.pictures.exif import orientation
from app.untrusted.pictures.formats import recognise
from app.untrusted.pictures.limits import (
    SHORT_SIDE,
    DecodeLimits,
    TooHeavy,
    beyond_pillow,
)
from app.untrusted.pictures.loading import Box, load, undecodable
from app.untrusted.pictures.sources import make_source

__all__ = ["SHORT_SIDE", "DecodeLimits", "Picture", "decode", "warm_up"]

_PILLOW_MODULES = re.compile(r"PIL\.")
_TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT, "mirrored"),
    3: (Image.Transpose.ROTATE_180, "turned"),
    4: (Image.Transpose.FLIP_TOP_BOTTOM, "mirrored"),
    5: (Image.Transpose.TRANSPOSE, "turned_and_mirrored"),
    6: (Image.Transpose.ROTATE_270, "turned"),
    7: (Image.Transpose.TRANSVERSE, "turned_and_mirrored"),
    8: (Image.Transpose.ROTATE_90, "turned"),
}


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A decoded picture: upright, in sRGB, on white.

    Shapes:
        pixels  (h, w, 3)  uint8, read-only; the shorter side is 512 at most

    `height` and `width` are those of the file, once upright; `notes` say what was done to the picture.
    """

    pixels: NDArray[np.uint8]
    height: int
    width: int
    notes: tuple[Note, ...]


def decode(
    data: bytes, *, limits: DecodeLimits | None = None, most_weight: int | None = None
) -> Picture:
    """Decode a picture by its content; file names and claimed types are ignored.

    Raises:
        EmptyFile, NotAPicture, BrokenPicture, PictureTooLarge: `message` says what would work.
        TooHeavy: its header passed the checks, but decoding weighs more than `most_weight` (see `limits.weight`).
        MemoryError: it takes more than there is.
    """
    limits = limits or DecodeLimits()
    kind = recognise(data)
    _hush_pillow()
    try:
        return _decode(data, kind, limits, most_weight)
    except (PictureError, TooHeavy, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise beyond_pillow(error, limits) from error
    # The one broad except: on damaged files Pillow's parsers raise all kinds of errors (ValueError, SyntaxError,
    # struct.error, KeyError, ...), and no list of them would be complete.
    except Exception as error:
        raise undecodable(kind) from error


def warm_up() -> None:
    """Import ahead what Pillow would import at the first picture."""
    Image.init()


def _hush_pillow() -> None:
    """Silence Pillow's warnings about odd files, for the whole process: our notes and errors replace them.

    `warnings.catch_warnings` is not thread-safe, and other threads may be decoding. The filter is put back
    whenever it is not the first, because other code (test runners) replaces the list.
    """
    first = warnings.filters[0] if warnings.filters else None
    if first is None or first[0] != "ignore" or first[3] != _PILLOW_MODULES:
        warnings.filterwarnings("ignore", module=_PILLOW_MODULES.pattern)


def _decode(data: bytes, kind: str, limits: DecodeLimits, most_weight: int | None) -> Picture:
    source = make_source(data, kind, limits)
    loaded = load(data, source, kind, limits, most_weight)
    notes, size = loaded.notes, loaded.size
    small = _reduce(loaded.image, _reduced_size(*size[::-1]), loaded.box)
    if source.depth > 8:
        notes += (note("fewer_bits", bits=source.depth),)
    stated = source.space or source.profile or loaded.profile
    rgb, colour_notes = colour.to_srgb_on_white(small, stated)
    turn = source.turn or orientation(loaded.exif or b"")
    return _upright(rgb, size[::-1], turn, notes + colour_notes)


def _reduced_size(height: int, width: int) -> tuple[int, int]:
    """Return the width and height scaled down, in proportion, to a shorter side of at most 512."""
    short = min(height, width)
    if short <= SHORT_SIDE:
        return width, height
    return (width * SHORT_SIDE + short // 2) // short, (height * SHORT_SIDE + short // 2) // short


def _reduce(image: Image.Image, size: tuple[int, int], box: Box | None) -> Image.Image:
    """Resize to `size`. `box` is the exact extent of the picture in a draft, which is rounded up to whole
    pixels.
    """
    if size == image.size:
        return image
    premultiplied = {"LA": "La", "RGBA": "RGBa"}.get(image.mode)  # or hidden colours would bleed
    working = image.convert(premultiplied) if premultiplied else image
    reduced = working.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
    return reduced.convert(image.mode) if premultiplied else reduced


def _upright(
    rgb: Image.Image, original: tuple[int, int], turn: int, notes: tuple[Note, ...]
) -> Picture:
    height, width = original[::-1] if turn >= 5 else original
    if turn in _TURNS:
        method, code = _TURNS[turn]
        rgb = rgb.transpose(method)
        notes += (note(code),)
    if rgb.size != (width, height):
        before = {"from_width": width, "from_height": height}
        notes += (note("reduced", **before, width=rgb.width, height=rgb.height),)
    pixels = np.array(rgb)  # (h, w, 3)
    pixels.flags.writeable = False
    return Picture(pixels=pixels, height=height, width=width, notes=notes)
