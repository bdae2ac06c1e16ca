"""Which of several frames in one file is shown, found without decoding the others."""

import struct

from PIL import GifImagePlugin, Image, ImageFile

from app.messages import Note, note


def frame_notes(image: ImageFile.ImageFile) -> tuple[Note, ...]:
    """Say that one frame of several is used. The picture is opened, but not yet decoded."""
    if image.format == "MPO":
        return (note("first_picture"),)
    return (note("first_frame"),) if _is_animated(image) else ()


def _is_animated(image: ImageFile.ImageFile) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except (
        OSError,
        ValueError,
        SyntaxError,
        struct.error,
    ):  # only what follows the first frame is damaged
        return False


def frame_box(image: ImageFile.ImageFile) -> tuple[int, int, int, int] | None:
    """Return where the first frame of a GIF is on its canvas; None if it covers the canvas."""
    if not isinstance(image, GifImagePlugin.GifImageFile):
        return None
    extents = image.tile[0].extents
    return None if extents == (0, 0, *image.size) else extents


def clear_outside(image: Image.Image, box: tuple[int, int, int, int] | None) -> Image.Image:
    """Make everything outside the frame transparent; Pillow leaves the first colour there."""
    return image if box is None else on_canvas(image.crop(box), image.size, box[:2])


def on_canvas(image: Image.Image, size: tuple[int, int], corner: tuple[int, int]) -> Image.Image:
    """Return a frame on its canvas of `size`, which is transparent elsewhere."""
    with_alpha = "LA" if image.mode in ("L", "LA") else "RGBA"
    canvas = Image.new(with_alpha, size)
    canvas.paste(image.convert(with_alpha), corner)
    return canvas
