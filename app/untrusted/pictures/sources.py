"""From the file that was sent to what a decoder is given: checked, and without what it need not see."""

from dataclasses import dataclass

from app.messages import Note, note
from app.untrusted.pictures.containers.gif import check_gif
from app.untrusted.pictures.containers.heif import only_the_picture
from app.untrusted.pictures.containers.jpeg import check_jpeg
from app.untrusted.pictures.containers.png import lean_png
from app.untrusted.pictures.limits import DecodeLimits, check_drawn, check_size


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is decoded.

    `turn` is the orientation that stands outside EXIF, where the format has its own; `depth` the
    bits of a sample; `notes` which of several pictures it is, None where that is still to be found.
    """

    data: bytes
    turn: int | None = None
    depth: int = 8
    notes: tuple[Note, ...] | None = None


def make_source(data: bytes, kind: str, limits: DecodeLimits) -> Source:
    """Check how a file is laid out and return what its decoder needs of it.

    Raises:
        BrokenPicture, PictureTooLarge: it would cost too much, or is stored in a rare way.
        ValueError, IndexError, struct.error: it is damaged.
    """
    if kind in ("AVIF", "HEIC"):
        return _still(data, kind)
    if kind == "JPEG":
        check_jpeg(data)
    if kind == "GIF":
        check_size(*check_gif(data), limits)
    if kind == "PNG":
        depth = data[24]  # in the first chunk
        return Source(data=lean_png(data), depth=depth)
    return Source(data=data)


def _still(data: bytes, kind: str) -> Source:
    still = only_the_picture(data, kind)
    check_drawn(still.drawn, kind)
    notes: tuple[Note, ...] = ()
    if still.moving:
        notes = (note("first_frame"),)
    elif still.others:
        notes = (note("main_picture"),)
    return Source(data=still.data, turn=still.turn, depth=still.depth, notes=notes)
