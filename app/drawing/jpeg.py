"""Index pictures to JPEG: smaller than PNG, and only nearly the same. For pictures that are seen for a moment."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

QUALITY = 60


def encode_jpeg(indices: NDArray[np.uint8]) -> bytes:
    """Return a grey JPEG whose levels are about the indices of a colour table.

    Neighbouring indices have neighbouring colours, so a level that is a little off is a colour that is. Colours
    themselves would take twice the bytes.

    Shapes:
        indices  (H, W)
    """
    file = BytesIO()
    Image.fromarray(indices).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
