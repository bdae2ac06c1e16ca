"""Limits on the cost of decoding a picture, checked on its header before anything is decoded."""

import re
from dataclasses import dataclass

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from app.messages import sentence
from app.untrusted.pictures.errors import PictureTooLarge
from app.untrusted.pictures.refusals import TOO_MANY_PIXELS

MORE_PIXELS = sentence(
    "The picture has {pixels:,} pixels; up to {most:,} pixels and {most_side:,} a side would work."
)
UNCOUNTED_PIXELS = sentence(
    "The picture has too many pixels; up to {most:,} pixels and {most_side:,} a side would work."
)

WEIGHT_BYTES = 8
"""The bytes of decoder memory that one pixel of a budget stands for."""

_DECODER_BYTES = {
    "WEBP": 16,
    "AVIF": 14,
    "HEIF": 10,
    "GIF": 9,
}  # for each pixel at the peak, as measured
_DEEPER_BYTES = 6  # in addition, if samples have more than 8 bits
_WITH_ALPHA_BYTES, _PLAIN_BYTES = 9, 5  # other formats: Pillow's copies of a pixel


class TooHeavy(Exception):
    """Decoding needs the memory of `weight` pixels of a budget, which is more than was set aside."""

    def __init__(self, weight: int) -> None:
        super().__init__(weight)
        self.weight = weight


@dataclass(frozen=True, kw_only=True)
class DecodeLimits:
    """The largest picture that is decoded."""

    max_pixels: int = 25_000_000
    max_side: int = 10_000


def check_size(width: int, height: int, limits: DecodeLimits) -> None:
    """Refuse a picture, not yet decoded, whose header states too many pixels.

    Raises:
        PictureTooLarge: states the size and the limits.
    """
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise PictureTooLarge(
            TOO_MANY_PIXELS.having(
                width=width,
                height=height,
                pixels=width * height,
                most=limits.max_pixels,
                most_side=limits.max_side,
            )
        )


def beyond_pillow(error: Image.DecompressionBombError, limits: DecodeLimits) -> PictureTooLarge:
    """Return our error for a size that Pillow itself refuses while it opens a file.

    Pillow's limit of about 180 million pixels stays in force, because opening a GIF or WebP file takes memory
    before `check_size` can be called. The number of pixels is taken from Pillow's message.
    """
    found = re.search(r"\d+", str(error))
    message = MORE_PIXELS.having(pixels=int(found[0])) if found else UNCOUNTED_PIXELS
    return PictureTooLarge(message.having(most=limits.max_pixels, most_side=limits.max_side))


def check_weight(found: int, most: int | None) -> None:
    """Refuse, for now, what decodes in more memory than was set aside for it.

    Raises:
        TooHeavy: states what it takes.
    """
    if most is not None and found > most:
        raise TooHeavy(found)


def weight(image: ImageFile.ImageFile, whole: tuple[int, int], *, depth: int) -> int:
    """Return what decoding takes from a budget, in pixels of `WEIGHT_BYTES`, at least 1.

    `image` is opened and drafted, so its size is what will be decoded; `whole` is the size in the
    file: a progressive JPEG keeps every coefficient in memory.
    """
    width, height = image.size
    nbytes = width * height * _bytes_of_a_pixel(image, depth)
    if isinstance(image, JpegImageFile) and "progressive" in image.info:
        nbytes += whole[0] * whole[1] * image.layers * 2
    return max(nbytes // WEIGHT_BYTES, 1)


def webp_weight(width: int, height: int) -> int:
    """Return the same for a WebP of that size: its decoder takes memory when it opens a file."""
    return max(width * height * _DECODER_BYTES["WEBP"] // WEIGHT_BYTES, 1)


def _bytes_of_a_pixel(image: ImageFile.ImageFile, depth: int) -> int:
    if image.format in _DECODER_BYTES:
        return _DECODER_BYTES[image.format] + (_DEEPER_BYTES if depth > 8 else 0)
    with_alpha = image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info
    return _WITH_ALPHA_BYTES if with_alpha else _PLAIN_BYTES
