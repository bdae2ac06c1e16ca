"""Limits on the cost of decoding a picture, checked on its header before anything is decoded."""

import re
from dataclasses import dataclass

from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from app.messages import Message, sentence
from app.untrusted.pictures.errors import PictureTooLarge
from app.untrusted.pictures.refusals import (
    TOO_MANY_IN_A_JPEG,
    TOO_MANY_IN_A_PROGRESSIVE_JPEG,
    TOO_MANY_PIXELS,
)

MORE_PIXELS = sentence(
    "The picture has {pixels:,} pixels; up to {most:,} pixels and {most_side:,} a side would work."
)
UNCOUNTED_PIXELS = sentence(
    "The picture has too many pixels; up to {most:,} pixels and {most_side:,} a side would work."
)

# Pixels that are kept of a picture; the largest working image is a square with this side.
SHORT_SIDE = 512

WEIGHT_BYTES = 8
"""The bytes of decoder memory that one pixel of a budget stands for."""

_DECODER_BYTES = {
    "WEBP": 16,
    "AVIF": 14,
    "HEIF": 10,
    "GIF": 9,
}  # for each pixel at the peak, as measured
_DEEPER_BYTES = 6  # in addition, if samples have more than 8 bits
_HEAVIEST_BYTES = 20  # of a pixel of any format: a deep AVIF
_COEFFICIENT_BYTES = 2
_WITH_ALPHA_BYTES, _PLAIN_BYTES = 9, 5  # other formats: Pillow's copies of a pixel


class TooHeavy(Exception):
    """Decoding needs the memory of `weight` pixels of a budget, which is more than was set aside."""

    def __init__(self, weight: int) -> None:
        super().__init__(weight)
        self.weight = weight


@dataclass(frozen=True, kw_only=True)
class DecodeLimits:
    """The largest picture that is decoded, and the largest in a file that is decoded at a reduced size."""

    max_pixels: int = 25_000_000
    max_side: int = 10_000
    max_jpeg_pixels: int = 200_000_000
    max_heic_pixels: int = 50_000_000

    def fit(self, width: int, height: int) -> bool:
        """Tell whether a picture of that size is decoded."""
        return width * height <= self.max_pixels and max(width, height) <= self.max_side

    @property
    def most_coefficients(self) -> int:
        """Return how many a progressive JPEG may keep: in as much memory as other formats take."""
        return self.max_pixels * _HEAVIEST_BYTES // _COEFFICIENT_BYTES


def check_size(
    width: int, height: int, limits: DecodeLimits, words: Message = TOO_MANY_PIXELS
) -> None:
    """Refuse a picture, not yet decoded, whose header states too many pixels.

    Raises:
        PictureTooLarge: states the size and the limits.
    """
    if not limits.fit(width, height):
        raise too_many(words, (width, height), limits.max_pixels, limits)


def too_many(
    words: Message, size: tuple[int, int], most: int, limits: DecodeLimits
) -> PictureTooLarge:
    """Return the error for a picture of that width and height where `most` pixels would work."""
    width, height = size
    return PictureTooLarge(
        words.having(
            width=width,
            height=height,
            pixels=width * height,
            most=most,
            most_side=limits.max_side,
        )
    )


def check_jpeg(image: JpegImageFile, whole: tuple[int, int], limits: DecodeLimits) -> None:
    """Refuse a JPEG that is drafted to more than is decoded, or has too many pixels in its file, which is `whole`.

    Raises:
        PictureTooLarge: states the size and the limits.
    """
    if not limits.fit(*image.size):
        check_size(*whole, limits)
    words, most = TOO_MANY_IN_A_JPEG, limits.max_jpeg_pixels
    if "progressive" in image.info:
        samples, area = _samples(image)
        kept = limits.most_coefficients * area // samples
        if kept < most:
            words, most = TOO_MANY_IN_A_PROGRESSIVE_JPEG, kept
    if whole[0] * whole[1] > most:
        raise too_many(words, whole, most, limits)


def _samples(image: JpegImageFile) -> tuple[int, int]:
    """Return how many samples of all components there are for how many pixels: fewer, often, of colours."""
    factors = [(across, down) for _, across, down, _ in image.layer]
    area = max(across for across, _ in factors) * max(down for _, down in factors)
    return sum(across * down for across, down in factors), area


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
        samples, area = _samples(image)
        nbytes += whole[0] * whole[1] * _COEFFICIENT_BYTES * samples // area
    return max(nbytes // WEIGHT_BYTES, 1)


def tiles_weight(canvas: tuple[int, int], tile: tuple[int, int], *, depth: int) -> int:
    """Return the same for a HEIC that is decoded one tile after the other, each reduced onto a canvas."""
    nbytes = canvas[0] * canvas[1] * _PLAIN_BYTES
    deeper = _DEEPER_BYTES if depth > 8 else 0
    return (nbytes + tile[0] * tile[1] * (_DECODER_BYTES["HEIF"] + deeper)) // WEIGHT_BYTES


def webp_weight(width: int, height: int) -> int:
    """Return the same for a WebP of that size: its decoder takes memory when it opens a file."""
    return max(width * height * _DECODER_BYTES["WEBP"] // WEIGHT_BYTES, 1)


def _bytes_of_a_pixel(image: ImageFile.ImageFile, depth: int) -> int:
    if image.format in _DECODER_BYTES:
        return _DECODER_BYTES[image.format] + (_DEEPER_BYTES if depth > 8 else 0)
    with_alpha = image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info
    return _WITH_ALPHA_BYTES if with_alpha else _PLAIN_BYTES
