"""The intact files to damage: for every format, some that take different paths through its decoder."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageCms

from app.untrusted.pictures.formats import ACCEPTED
from tools.picture_files.heif import grid, heif, part_of
from tools.picture_files.photographs import photograph, saved

PICTURE = photograph(48, 70)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def seeds() -> dict[str, list[bytes]]:
    """Return some files of every accepted format."""
    makers: dict[str, Callable[[], list[bytes]]] = {
        "PNG": _png,
        "JPEG": _jpeg,
        "WebP": _webp,
        "GIF": _gif,
        "BMP": _bmp,
        "AVIF": _avif,
        "HEIC": _heic,
    }
    return {kind: makers[kind]() for kind in ACCEPTED}


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A maker of cameras"
    return exif.tobytes()


def _with_alpha() -> Image.Image:
    image = PICTURE.copy()
    image.putalpha(Image.fromarray(np.arange(48 * 70, dtype=np.uint8).reshape(48, 70)))
    return image


def _png() -> list[bytes]:
    deep = Image.fromarray(np.arange(48 * 70, dtype=np.uint16).reshape(48, 70) * 19)
    frames = {"save_all": True, "append_images": [PICTURE.rotate(180)]}
    return [
        saved(PICTURE, "PNG", exif=_exif(), icc_profile=PROFILE),
        saved(_with_alpha(), "PNG"),
        saved(PICTURE.quantize(16), "PNG", transparency=3),
        saved(deep, "PNG"),
        saved(PICTURE.convert("1"), "PNG"),
        saved(PICTURE, "PNG", **frames),
    ]


def _jpeg() -> list[bytes]:
    return [
        saved(PICTURE, "JPEG", exif=_exif(), icc_profile=PROFILE),
        saved(PICTURE, "JPEG", progressive=True, restart_marker_blocks=3),
        saved(PICTURE.convert("L"), "JPEG", optimize=True),
        saved(PICTURE.convert("CMYK"), "JPEG"),
        saved(PICTURE, "MPO", save_all=True, append_images=[PICTURE]),
        saved(PICTURE.resize((1400, 1100)), "JPEG", quality=5),
    ]


def _webp() -> list[bytes]:
    frames = {"save_all": True, "append_images": [PICTURE.rotate(180)]}
    return [
        saved(PICTURE, "WEBP", exif=_exif(), icc_profile=PROFILE),
        saved(_with_alpha(), "WEBP"),
        saved(_with_alpha(), "WEBP", lossless=True),
        saved(PICTURE.quantize(5), "WEBP", lossless=True),
        saved(PICTURE, "WEBP", **frames),
    ]


def _gif() -> list[bytes]:
    frames = {"save_all": True, "append_images": [PICTURE.rotate(180)], "disposal": 2}
    return [
        saved(PICTURE, "GIF", comment=b"a comment"),
        saved(PICTURE.convert("L"), "GIF", interlace=0),
        saved(PICTURE, "GIF", transparency=0, **frames),
    ]


def _bmp() -> list[bytes]:
    return [saved(PICTURE.convert(mode), "BMP") for mode in ("1", "L", "P", "RGB", "RGBA")]


def _avif() -> list[bytes]:
    tile = part_of(saved(PICTURE.resize((64, 64)), "AVIF"))
    return [
        saved(PICTURE, "AVIF", exif=_exif(), icc_profile=PROFILE),
        saved(_with_alpha(), "AVIF", subsampling="4:4:4"),
        saved(PICTURE, "AVIF", save_all=True, append_images=[PICTURE.rotate(180)]),
        heif([grid(1, 2, 120, 60), tile, tile], [(b"dimg", 1, (2, 3))], brand=b"avif"),
    ]


def _heic() -> list[bytes]:
    tile = part_of(saved(PICTURE.resize((64, 64)), "HEIF"))
    return [
        saved(PICTURE, "HEIF", exif=_exif(), icc_profile=PROFILE),
        saved(_with_alpha(), "HEIF", chroma="444"),
        saved(PICTURE, "HEIF", save_all=True, append_images=[PICTURE.rotate(180)]),
        heif([grid(1, 2, 120, 60), tile, tile], [(b"dimg", 1, (2, 3))]),
    ]
