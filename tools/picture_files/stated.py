"""Large files with statements that a browser and the server might follow differently."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms

from tools.picture_files.photographs import chunk, saved

HEIGHT, WIDTH = 1152, 1320
TURNED, MIRRORED, UPSIDE_DOWN = 6, 2, 3


@dataclass(frozen=True)
class StatedFile:
    """A file, its type, and whether a page reduces it; others are sent as they are."""

    name: str
    kind: str
    make: Callable[[], bytes]
    reduced: bool = True


def red_and_blue_swapped() -> bytes:
    """Return the sRGB profile with the primaries of red and blue exchanged."""
    return SRGB.replace(b"rXYZ", b"-XYZ").replace(b"bXYZ", b"rXYZ").replace(b"-XYZ", b"bXYZ")


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def stated_files() -> list[StatedFile]:
    """Return the files of each format; all are large enough to be reduced."""
    return [
        *_jpeg(),
        *_png(),
        *_webp(),
        StatedFile("bmp", "image/bmp", lambda: saved(_noise(), "BMP")),
    ]


def _jpeg() -> list[StatedFile]:
    def jpeg(name: str, make: Callable[[], bytes], *, reduced: bool = True) -> StatedFile:
        return StatedFile(f"jpeg {name}", "image/jpeg", make, reduced)

    def photo(image: Image.Image | None = None, **options: object) -> bytes:
        return saved(image or _noise(), "JPEG", quality=98, **options)

    return [
        jpeg("plain", photo),
        jpeg("progressive", lambda: photo(progressive=True)),
        jpeg("turned", lambda: photo(exif=_exif(TURNED))),
        jpeg("mirrored", lambda: photo(exif=_exif(MIRRORED))),
        jpeg("profile", lambda: photo(icc_profile=red_and_blue_swapped(), exif=_exif(TURNED))),
        jpeg("srgb", lambda: photo(icc_profile=SRGB)),
        jpeg("grey", lambda: photo(_noise().convert("L"))),
        jpeg("cmyk", lambda: photo(_noise().convert("CMYK")), reduced=False),
        jpeg("no end", lambda: photo()[:-2], reduced=False),
        jpeg(
            "of several",
            # A picture of its own: a reduced file of the same pixels would be the same upload, with its notes.
            lambda: saved(_noise(2), "MPO", quality=98, save_all=True, append_images=[_noise(1)]),
        ),
    ]


def _png() -> list[StatedFile]:
    def png(name: str, make: Callable[[], bytes], *, reduced: bool = True) -> StatedFile:
        return StatedFile(f"png {name}", "image/png", make, reduced)

    def photo(image: Image.Image | None = None, **options: object) -> bytes:
        return saved(image or _noise(), "PNG", compress_level=1, **options)

    deep = np.asarray(_noise().convert("L")).astype(np.uint16) * 257
    return [
        png("plain", photo),
        png("turned", lambda: photo(exif=_exif(TURNED))),
        png("upside down", lambda: photo(exif=_exif(UPSIDE_DOWN))),
        png("profile", lambda: photo(icc_profile=red_and_blue_swapped())),
        png("gamma", lambda: _with(photo(), chunk(b"gAMA", struct.pack(">I", 100_000)))),
        png("primaries", lambda: _with(photo(), chunk(b"cICP", bytes((12, 13, 0, 1))))),
        png("opaque alpha", lambda: photo(_noise().convert("RGBA"))),
        png("transparent", lambda: photo(_transparent())),
        png("transparent palette", lambda: photo(_noise().quantize(64), transparency=3), reduced=False),
        png("grey with a profile", lambda: photo(_noise().convert("L"), icc_profile=SRGB), reduced=False),
        png("16 bits", lambda: photo(Image.fromarray(deep)), reduced=False),
        png("animated", lambda: photo(save_all=True, append_images=[_noise(1)]), reduced=False),
    ]  # fmt: skip


def _webp() -> list[StatedFile]:
    def webp(name: str, make: Callable[[], bytes], *, reduced: bool = True) -> StatedFile:
        return StatedFile(f"webp {name}", "image/webp", make, reduced)

    def photo(image: Image.Image | None = None, **options: object) -> bytes:
        return saved(image or _noise(), "WEBP", **{"quality": 99, "method": 0, **options})

    return [
        webp("plain", photo),
        webp("lossless", lambda: photo(lossless=True, quality=0)),
        webp("turned", lambda: photo(exif=_exif(TURNED))),
        webp("profile", lambda: photo(icc_profile=red_and_blue_swapped(), exif=_exif(TURNED))),
        webp("transparent", lambda: photo(_transparent(), exif=_exif(TURNED)), reduced=False),
        webp("transparent with a profile", lambda: photo(_transparent(), icc_profile=SRGB), reduced=False),
        webp("animated", lambda: photo(save_all=True, append_images=[_noise(1)]), reduced=False),
    ]  # fmt: skip


def _noise(seed: int = 0) -> Image.Image:
    """Return blurred noise, which makes a large file and is different everywhere."""
    coarse = np.random.default_rng(seed).integers(0, 256, (HEIGHT // 24, WIDTH // 24, 3), np.uint8)
    image = np.asarray(Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
    grain = np.random.default_rng(seed).integers(-6, 7, image.shape)
    return Image.fromarray(np.clip(image.astype(int) + grain, 0, 255).astype(np.uint8))


def _transparent() -> Image.Image:
    image = _noise()
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A maker of cameras"
    return exif.tobytes()


def _with(png: bytes, new: bytes) -> bytes:
    """Return a PNG with one more chunk after its header."""
    return png[:33] + new + png[33:]
