"""Pillow's decoder plugins: which are installed, each limited to one thread.

One thread, because decoding shares the cores with all other computation.
"""

from io import BytesIO

from PIL import AvifImagePlugin, Image, ImageFile, features
from PIL.JpegImagePlugin import jpeg_factory

try:
    from pillow_heif import register_heif_opener
except ImportError:  # there is no wheel for this machine
    HAS_HEIC = False
else:
    HAS_HEIC = True
    register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)

HAS_AVIF = features.check("avif")

AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_PILLOW_NAMES = {"HEIC": "HEIF"}


def opened(data: bytes, kind: str) -> ImageFile.ImageFile:
    """Open a file in one of our formats; nothing is decoded yet.

    Pillow's own limit on pixels holds for all but JPEG, which takes no memory until it is decoded, at a reduced
    size.
    """
    if kind == "JPEG":
        return jpeg_factory(BytesIO(data))
    return Image.open(BytesIO(data), formats=(_PILLOW_NAMES.get(kind, kind),))
