"""Arrays to JPEG: smaller than PNG, and only nearly the same. For what is seen for a moment, or to choose by."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

QUALITY = 60
QUALITY_OF_PHOTOGRAPHS = 75


def encode_jpeg(indices: NDArray[np.uint8]) -> bytes:
    """Return a grey JPEG whose levels are about the indices of a colour table.

    Neighbouring indices have neighbouring colours, so a level that is a little off is a colour that is. Colours
    themselves would take twice the bytes.

    Shapes:
        indices  (H, W)
    """
    return _encoded(indices, QUALITY)


def encode_rgb_jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """Return a JPEG of a picture.

    Shapes:
        pixels  (H, W, 3)  sRGB
    """
    return _encoded(pixels, QUALITY_OF_PHOTOGRAPHS)


def _encoded(pixels: NDArray[np.uint8], quality: int) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return file.getvalue()
