"""Converts the colours of a file to 8-bit sRGB on a white background."""

from io import BytesIO

import numpy as np
from numpy.linalg import LinAlgError
from PIL import Image, ImageCms

from app.messages import Note, note
from app.untrusted.pictures import colour_space
from app.untrusted.pictures.colour_space import ColourSpace

_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC colour space to Pillow mode
_MOST_PROFILE_BYTES = 4_000_000  # a printer profile with fine tables has about two million
_PROGRAM = b"mpet"  # a tag with any number of steps, each applied to every colour of a table

_EIGHT_BITS = ((np.arange(65_536) + 128) // 257).astype(np.uint8)  # v / 257, rounded


def plain_mode(image: Image.Image, *, grey_depth: int = 8) -> Image.Image:
    """Return the picture as L, RGB or CMYK, with an alpha band if it has transparency.

    `grey_depth` is the bits per sample of a grey PNG, whose transparent value is given in that depth.
    """
    if image.mode.startswith("I"):
        return _sixteen_bit_grey(image)
    transparent = "transparency" in image.info
    if image.mode in ("La", "RGBa"):  # premultiplied alpha
        return image.convert(image.mode.upper())
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if transparent or image.mode == "PA" else "RGB")
    if transparent and image.mode in ("1", "L", "RGB"):
        image.info["transparency"] = _eight_bit_key(image, grey_depth)
        return image.convert("RGBA" if image.mode == "RGB" else "LA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK") else image.convert("RGB")


def to_srgb_on_white(
    image: Image.Image, stated: bytes | ColourSpace | None
) -> tuple[Image.Image, tuple[Note, ...]]:
    """Return a picture from `plain_mode` as RGB, in sRGB, on white, and notes of what was done.

    `stated` is what its file says of its colours: an ICC profile or a colour space.
    """
    if image.mode not in ("LA", "RGBA"):
        return _to_srgb(image, stated)
    alpha = image.getchannel("A")
    rgb, notes = _to_srgb(image.convert(image.mode[:-1]), stated)
    if alpha.getextrema() == (255, 255):
        return rgb, notes
    white = Image.new("RGB", image.size, "white")
    return Image.composite(rgb, white, alpha), (*notes, note("on_white"))


def _to_srgb(
    image: Image.Image, stated: bytes | ColourSpace | None
) -> tuple[Image.Image, tuple[Note, ...]]:
    plain = image.convert("RGB")
    notes = (note("from_cmyk"),) if image.mode == "CMYK" else ()
    if not stated:
        return plain, notes
    if isinstance(stated, ColourSpace):
        return _from_space(plain, stated)
    try:
        converted = _through_profile(image, stated)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, KeyError):
        return plain, (*notes, note("profile_unusable"))
    if converted is None:
        return plain, notes
    return converted, (*notes, note("from_profile"))


def _from_space(plain: Image.Image, space: ColourSpace) -> tuple[Image.Image, tuple[Note, ...]]:
    try:
        converted = colour_space.to_srgb(plain, space)
    except LinAlgError:
        return plain, (note("colours_unusable"),)
    notes = (note("from_hdr", curve=space.hdr),) if space.hdr else (note("from_colour_space"),)
    return (plain, ()) if converted is None else (converted, notes)


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """Return the picture converted to sRGB, or None if its profile is sRGB already."""
    if len(profile) > _MOST_PROFILE_BYTES or _PROGRAM in profile:
        raise ValueError("the profile would take too long")
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    mode = _MODES[source.profile.xcolor_space]
    if image.mode != mode and (image.mode, mode) != ("L", "RGB"):
        raise ValueError("the profile is for another kind of picture")
    target = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    transform = ImageCms.ImageCmsTransform(source, target, mode, "RGB")
    if mode != "CMYK" and _changes_nothing(transform, mode):
        return None
    return transform.apply(image.convert(mode))


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    grid = np.meshgrid(*[steps] * len(mode), indexing="ij")
    probe = np.stack(grid, axis=-1).reshape(1, -1, len(mode))  # (1, 18 ** bands, bands)
    image = Image.fromarray(probe if mode == "RGB" else probe[..., 0])
    after = np.asarray(transform.apply(image)).astype(np.int16)  # (1, 18 ** bands, 3)
    return bool(np.abs(after - probe).max() <= colour_space.SAME)


def _sixteen_bit_grey(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.uint16)  # (H, W); Pillow's own convert clips at 255
    grey = Image.fromarray(_EIGHT_BITS[values])
    if "transparency" not in image.info:
        return grey
    opaque = np.where(values == image.info["transparency"], np.uint8(0), np.uint8(255))
    return Image.merge("LA", (grey, Image.fromarray(opaque)))


def _eight_bit_key(image: Image.Image, depth: int) -> int | tuple[int, ...]:
    """Return the transparent value scaled like the decoded samples; Pillow leaves it as in the file."""
    key = image.info["transparency"]
    if isinstance(key, tuple):
        return tuple(value >> 8 for value in key) if depth == 16 else key
    return int(key) * 255 // (2**depth - 1) if image.mode == "L" and depth < 8 else int(key)
