"""Prepares an uploaded file for its decoder: checked, and reduced to what the decoder needs."""

from dataclasses import dataclass

from app.messages import Note, note
from app.untrusted.pictures.containers.heif import only_the_picture
from app.untrusted.pictures.containers.png import lean_png
from app.untrusted.pictures.containers.webp import webp_size
from app.untrusted.pictures.limits import DecodeLimits, check_size, webp_weight


@dataclass(frozen=True, kw_only=True)
class Source:
    """The input of a decoder.

    `turn` is the orientation, if the format states it outside EXIF. `depth` is the number of bits per sample.
    `notes` say which of several pictures this is; None if that is not known yet. `weight` is what the decoder
    takes from a budget when it opens the file.
    """

    data: bytes
    turn: int | None = None
    depth: int = 8
    notes: tuple[Note, ...] | None = None
    weight: int = 0


def make_source(data: bytes, kind: str, limits: DecodeLimits) -> Source:
    """Check the structure of a file and return the part that its decoder needs.

    Raises:
        BrokenPicture, PictureTooLarge: it would cost too much, or is stored in an unusual way.
        ValueError, IndexError, struct.error: it is damaged.
    """
    if kind in ("AVIF", "HEIC"):
        return _still(data, kind)
    if kind == "PNG":
        depth = data[24]  # from the IHDR chunk
        return Source(data=lean_png(data), depth=depth)
    if kind == "WebP":
        size = webp_size(data)
        check_size(*size, limits)
        return Source(data=data, weight=webp_weight(*size))
    return Source(data=data)


def _still(data: bytes, kind: str) -> Source:
    still = only_the_picture(data, kind)
    notes: tuple[Note, ...] = ()
    if still.moving:
        notes = (note("first_frame"),)
    elif still.others:
        notes = (note("main_picture"),)
    return Source(data=still.data, turn=still.turn, depth=still.depth, notes=notes)
