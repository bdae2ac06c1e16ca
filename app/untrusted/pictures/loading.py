"""Decodes a file whose structure was checked, at a reduced size where its format has a cheap one."""

from dataclasses import dataclass

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from app.messages import Note, sentence
from app.untrusted.pictures import colour
from app.untrusted.pictures.endings import is_whole
from app.untrusted.pictures.errors import BrokenPicture
from app.untrusted.pictures.frames import clear_outside, frame_box, frame_notes, on_canvas
from app.untrusted.pictures.limits import (
    SHORT_SIDE,
    DecodeLimits,
    check_jpeg,
    check_size,
    check_weight,
    weight,
)
from app.untrusted.pictures.plugins import opened
from app.untrusted.pictures.refusals import TOO_MANY_IN_A_HEIC, TOO_MANY_PIXELS
from app.untrusted.pictures.sources import Source
from app.untrusted.pictures.tiles import Tiles, decoded

Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A decoded picture as its file has it, which may be reduced already: `box` is its exact extent then."""

    image: Image.Image
    size: tuple[int, int]
    box: Box | None
    exif: bytes | None
    profile: bytes | None
    notes: tuple[Note, ...]


def load(
    data: bytes, source: Source, kind: str, limits: DecodeLimits, most_weight: int | None
) -> Loaded:
    """Decode a file, of which `source` is what its decoder needs, with as little memory as its format allows.

    Raises:
        BrokenPicture, PictureTooLarge, TooHeavy: see `decode`; what Pillow raises on damaged files comes as well.
    """
    check_weight(source.weight, most_weight)
    if source.tiles:
        return _from_tiles(source.tiles, source.notes or ())
    with opened(source.data, kind) as image:
        whole = source.canvas or image.size
        if not isinstance(image, JpegImageFile):
            words = TOO_MANY_IN_A_HEIC if kind == "HEIC" else TOO_MANY_PIXELS
            check_size(*image.size, limits, words)
        notes = frame_notes(image) if source.notes is None else source.notes
        box = frame_box(image)
        drafted = image.draft(None, (SHORT_SIDE, SHORT_SIDE))  # a large JPEG: at 1/2, 1/4 or 1/8
        if isinstance(image, JpegImageFile):
            check_jpeg(image, whole, limits)
        check_weight(weight(image, whole, depth=source.depth), most_weight)
        if source.unended and not is_whole(data, (SHORT_SIDE, SHORT_SIDE)):
            raise undecodable(kind)
        image.load()
        plain = clear_outside(colour.plain_mode(image, grey_depth=source.depth), box)
        if source.canvas and source.canvas != image.size:
            plain = on_canvas(plain, whole, source.corner)
        return Loaded(
            image=plain,
            size=whole,
            box=drafted[1] if drafted else None,
            exif=image.info.get("exif"),
            profile=image.info.get("icc_profile"),
            notes=notes,
        )


def _from_tiles(tiles: Tiles, notes: tuple[Note, ...]) -> Loaded:
    image, profile = decoded(tiles)
    (width, height), factor = tiles.grid.size, tiles.factor
    box = (0.0, 0.0, width / factor, height / factor)
    return Loaded(
        image=image, size=(width, height), box=box, exif=None, profile=profile, notes=notes
    )


def undecodable(kind: str) -> BrokenPicture:
    """Return the error for a file that is not what its first bytes announce."""
    return BrokenPicture(
        sentence(
            "The file starts as {kind} but cannot be decoded: it is damaged, cut off or of a "
            "rare kind; the same picture saved again as PNG or JPEG would work.",
            kind=kind,
        )
    )
