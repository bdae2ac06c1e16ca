"""What a picture may cost: checked on its header, before anything is decoded."""

import re
from dataclasses import dataclass

from PIL import Image, ImageFile

from app.imaging.errors import BrokenPicture, PictureTooLarge

_MOST_SCANS = 100  # of a JPEG; honest ones have about ten, and each is a pass over all pixels
_MOST_RUN_LENGTH_PIXELS = 1_000_000  # of a compressed BMP: Pillow unpacks those pixel by pixel


@dataclass(frozen=True, kw_only=True)
class DecodeLimits:
    """The largest picture that is decoded."""

    max_pixels: int = 25_000_000
    max_side: int = 10_000


def check_size(image: ImageFile.ImageFile, limits: DecodeLimits) -> None:
    """Refuse a picture, opened but not yet decoded, whose header states too many pixels.

    Raises:
        PictureTooLarge: with its size and the limits.
    """
    width, height = image.size
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        given = f"is {width:,} x {height:,}, which is {width * height:,} pixels"
        raise PictureTooLarge(f"The picture {given}; {_allowed(limits)}")


def beyond_pillow(error: Image.DecompressionBombError, limits: DecodeLimits) -> PictureTooLarge:
    """Return our error for the sizes that Pillow itself refuses while it opens a file.

    Its limit, about 180 million pixels, stays in force: it holds while GIF and WebP files are
    opened, which takes memory before `check_size` can be asked. Its text has the number of pixels.
    """
    found = re.search(r"\d+", str(error))
    given = f"{int(found[0]):,}" if found else "too many"
    return PictureTooLarge(f"The picture has {given} pixels; {_allowed(limits)}")


def check_cost(image: ImageFile.ImageFile, data: bytes) -> None:
    """Refuse small files that would keep the decoder busy for a long time.

    Raises:
        BrokenPicture: a JPEG in more passes than any honest one has.
        PictureTooLarge: a large BMP compressed by run lengths.
    """
    pixels = image.size[0] * image.size[1]
    if image.format in ("JPEG", "MPO") and (scans := _scans(image, data)) > _MOST_SCANS:
        raise BrokenPicture(
            f"The JPEG is stored in {scans:,} passes; one with up to {_MOST_SCANS} would work."
        )
    if image.tile and image.tile[0].codec_name == "bmp_rle" and pixels > _MOST_RUN_LENGTH_PIXELS:
        raise PictureTooLarge(
            f"The compressed BMP has {pixels:,} pixels; up to {_MOST_RUN_LENGTH_PIXELS:,}, or the "
            "same picture as PNG, would work."
        )


def _scans(image: ImageFile.ImageFile, data: bytes) -> int:
    """Count the scans of the first picture. By now the header of the first scan has been read."""
    assert image.fp is not None
    start = image.fp.tell()
    end = data.find(b"\xff\xd9", start)
    return 1 + data.count(b"\xff\xda", start, end if end >= 0 else len(data))


def _allowed(limits: DecodeLimits) -> str:
    return f"up to {limits.max_pixels:,} pixels and {limits.max_side:,} a side would work."
