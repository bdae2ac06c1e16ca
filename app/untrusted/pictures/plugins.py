"""The decoders behind Pillow: which there are, and each held to one thread.

They share the cores with everything else that is computed.
"""

from PIL import AvifImagePlugin, features

try:
    from pillow_heif import register_heif_opener
except ImportError:  # no wheel of it for this machine
    HAS_HEIC = False
else:
    HAS_HEIC = True
    register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)

HAS_AVIF = features.check("avif")

AvifImagePlugin.DEFAULT_MAX_THREADS = 1

_PILLOW_NAMES = {"HEIC": "HEIF"}


def pillow_name(kind: str) -> str:
    """Return what Pillow calls one of our formats."""
    return _PILLOW_NAMES.get(kind, kind)
