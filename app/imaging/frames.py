"""Which of several pictures in one file is shown, found without decoding the others."""

from PIL import GifImagePlugin, ImageFile

_MOST_GIF_BLOCKS = 200_000  # of up to 255 bytes


def frame_notes(image: ImageFile.ImageFile, data: bytes) -> tuple[str, ...]:
    """Say that one frame of several is used. The picture is opened, but not yet decoded."""
    if image.format == "MPO":
        return ("First of the pictures in the file only.",)
    if isinstance(image, GifImagePlugin.GifImageFile):
        animated = _gif_goes_on(data, image.tile[0].offset)
    else:
        animated = bool(getattr(image, "is_animated", False))  # in the header: costs nothing
    return ("First frame of the animation only.",) if animated else ()


def _gif_goes_on(data: bytes, offset: int) -> bool:
    """Tell whether a GIF has a frame behind the one whose pixel data starts at `offset`.

    Pillow's `is_animated` would tell too, but without a bound on its work.
    """
    for _ in range(_MOST_GIF_BLOCKS):
        length = data[offset : offset + 1]
        if length not in (b"", b"\0"):
            offset += 1 + length[0]
            continue
        introducer = data[offset + 1 : offset + 2]
        if introducer != b"!":
            return introducer == b","
        offset += 3  # over terminator, introducer and label of an extension, to its first block
    return False
