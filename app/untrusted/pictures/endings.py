"""Tells a JPEG that lacks nothing but its end mark from one that is cut off."""

from app.untrusted.pictures.containers.jpeg import has_every_scan
from app.untrusted.pictures.plugins import opened

END = b"\xff\xd9"
_SCAN = b"\xff\xda"


def lacks_end(data: bytes) -> bool:
    """Tell whether no end mark follows the last scan of a JPEG."""
    return END not in data[data.rfind(_SCAN) :]


def is_whole(data: bytes, size: tuple[int, int]) -> bool:
    """Tell whether a JPEG without its end mark has all of its picture, when it is drafted to `size`.

    A decoder reads no further than it needs. So bytes that follow a whole picture change nothing, and those that
    follow a part of one become pixels.

    Raises:
        OSError, ValueError, IndexError: it cannot be decoded.
    """
    if not has_every_scan(data):
        return False
    pixels = []
    for filling in (b"\0", b"\xa5"):
        with opened(ended(data, filling), "JPEG") as image:
            image.draft(None, size)
            pixels.append(image.tobytes())
    return pixels[0] == pixels[1]


def ended(data: bytes, filling: bytes = b"") -> bytes:
    """Return a JPEG with an end mark, and before it as many bytes of `filling` as a decoder could want."""
    return data.rstrip(b"\xff") + 4096 * filling + END
