"""Prepares an uploaded file for its decoder: checked, and reduced to what the decoder needs."""

from dataclasses import dataclass

from app.messages import Note, note
from app.untrusted.pictures.colour_space import ColourSpace
from app.untrusted.pictures.containers.bmp import embedded_profile, ordinary_bmp
from app.untrusted.pictures.containers.heif import only_the_picture
from app.untrusted.pictures.containers.png import lean_png
from app.untrusted.pictures.containers.webp import webp_size
from app.untrusted.pictures.endings import ended, lacks_end
from app.untrusted.pictures.limits import DecodeLimits, check_size, tiles_weight, webp_weight
from app.untrusted.pictures.tiles import Tiles, reducible


@dataclass(frozen=True, kw_only=True)
class Source:
    """The input of a decoder.

    `turn` is the orientation, if the format states it outside EXIF. `depth` is the number of bits per sample.
    `notes` say which of several pictures this is; None if that is not known yet. `space` is the colour space, if
    the file states one that counts more than a profile in `data`; `profile` is one that the decoder does not find.
    `unended` says that a JPEG has no end mark; `data` has one.
    `weight` is what the decoder takes from a budget when it opens the file. `tiles` are decoded instead of `data`.
    `canvas` is the size of the picture where `data` has a part of it, at `corner` (left, top).
    """

    data: bytes
    turn: int | None = None
    depth: int = 8
    notes: tuple[Note, ...] | None = None
    weight: int = 0
    tiles: Tiles | None = None
    space: ColourSpace | None = None
    profile: bytes | None = None
    unended: bool = False
    canvas: tuple[int, int] | None = None
    corner: tuple[int, int] = (0, 0)


def make_source(data: bytes, kind: str, limits: DecodeLimits) -> Source:
    """Check the structure of a file and return the part that its decoder needs.

    Raises:
        BrokenPicture, PictureTooLarge: it would cost too much, or is stored in an unusual way.
        ValueError, IndexError, struct.error: it is damaged.
    """
    if kind in ("AVIF", "HEIC"):
        return _still(data, kind, limits)
    if kind == "JPEG" and lacks_end(data):
        return Source(data=ended(data), unended=True, notes=(note("last_bytes"),))
    if kind == "PNG":
        return _png(data, limits)
    if kind == "WebP":
        size = webp_size(data)
        check_size(*size, limits)
        return Source(data=data, weight=webp_weight(*size))
    if kind == "BMP":
        ordinary, hidden = ordinary_bmp(data)
        notes = (note("no_alpha"),) if hidden else ()
        return Source(data=ordinary, profile=embedded_profile(data), notes=notes)
    return Source(data=data)


def _png(data: bytes, limits: DecodeLimits) -> Source:
    lean = lean_png(data)
    check_size(*lean.size, limits)
    return Source(
        data=lean.data,
        depth=data[24],  # from the IHDR chunk
        notes=(note("first_frame"),) if lean.animated else (),
        space=lean.space,
        canvas=lean.size,
        corner=lean.corner,
    )


def _still(data: bytes, kind: str, limits: DecodeLimits) -> Source:
    still = only_the_picture(data, kind)
    notes: tuple[Note, ...] = ()
    if still.moving:
        notes = (note("first_frame"),)
    elif still.others:
        notes = (note("main_picture"),)
    tiles = reducible(still.grid, still.tiles, limits) if still.grid else None
    return Source(
        data=still.data,
        turn=still.turn,
        depth=still.depth,
        notes=notes,
        space=still.space,
        tiles=tiles,
        weight=tiles_weight(tiles.canvas, tiles.grid.tile, depth=still.depth) if tiles else 0,
    )
