"""Pillow's decoder plugins: which are installed, each limited to one thread.

One thread, because decoding shares the cores with all other computation.
"""

from PIL import AvifImagePlugin, features

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


def pillow_name(kind: str) -> str:
    """Return Pillow's name for one of our formats."""
    return _PILLOW_NAMES.get(kind, kind)
