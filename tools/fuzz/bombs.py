"""Small files designed to be expensive, for every format, which must be refused or decoded cheaply."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from PIL import Image

from app.untrusted.pictures.formats import ACCEPTED
from tools.picture_files.heif import Link, Part, grid, heif, part_of, size
from tools.picture_files.photographs import chunk, photograph, saved

MIB = 2**20
SIDE = 5000  # 25 megapixels, the limit
SIGNATURE = b"\x89PNG\r\n\x1a\n"
Maker = Callable[[], bytes]


def png(
    *before: bytes,
    side: int = 1,
    depth: int = 8,
    colour: int = 2,
    row: int = 3,
    interlaced: int = 0,
) -> bytes:
    """A black PNG with `row` bytes in every row."""
    header = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, interlaced)
    data = zlib.compress(bytes((row + 1) * side), 1)
    parts = [chunk(b"IHDR", header), *before, chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return SIGNATURE + b"".join(parts)


def png_deep() -> bytes:
    return png(side=SIDE, depth=16, colour=6, row=8 * SIDE)


def png_dense() -> bytes:
    """The largest file allowed, with the slowest filter in every row."""
    chance = np.random.default_rng(0)
    rows = np.zeros((SIDE, 1 + 8 * SIDE), np.uint8)
    place = chance.integers(0, rows.size, rows.size // 75)
    rows.reshape(-1)[place] = chance.integers(1, 256, place.size, np.uint8)
    rows[:, 0] = 4
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 16, 6, 0, 0, 0)
    data = zlib.compress(rows.tobytes(), 1)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_interlaced() -> bytes:
    return png(side=SIDE, depth=16, colour=6, row=8 * SIDE + 1, interlaced=1)


def png_profiles() -> bytes:
    return png(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(MIB - 1))) * 9_000)


def png_texts() -> bytes:
    packed = zlib.compress(bytes(MIB - 1))
    return png(*(chunk(b"zTXt", b"%d\0\0" % number + packed) for number in range(9_000)))


def png_chunks() -> bytes:
    return png(chunk(b"IDAT", b"") * 850_000)


@cache
def small_jpeg() -> bytes:
    return saved(photograph(8, 8), "JPEG")


def jpeg_with(parts: bytes) -> bytes:
    return b"\xff\xd8" + parts + small_jpeg()[2:]


def jpeg_fill() -> bytes:
    return jpeg_with(b"\xff" * 10_000_000)


def jpeg_comments() -> bytes:
    return jpeg_with(b"\xff\xfe\0\2" * 2_600_000)


def jpeg_exif_parts() -> bytes:
    return jpeg_with(b"\xff\xe1\0\x12Exif\0\0abcdefghij" * 500_000)


def jpeg_scans(count: int, *, side: int = SIDE) -> bytes:
    """Many scans of one picture, 64 bytes each, after a comment that contains an end marker."""
    data = saved(Image.new("RGB", (side, side), (9, 200, 30)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    table = data.rindex(b"\xff\xc4", 0, last)
    return data[:-2] + b"\xff\xfe\0\4\xff\xd9" + data[table:-2] * count + data[-2:]


def jpeg_many_scans() -> bytes:
    return jpeg_scans(90)


def jpeg_allowed_scans() -> bytes:
    return jpeg_scans(22)  # in addition to its ten


def jpeg_coded(marker: int) -> bytes:
    """A uniform JPEG that claims another coding."""
    data = saved(Image.new("RGB", (SIDE, SIDE)), "JPEG")
    place = data.index(b"\xff\xc0")
    return data[: place + 1] + bytes([marker]) + data[place + 2 :]


def jpeg_arithmetic() -> bytes:
    return jpeg_coded(0xC9)


def jpeg_lossless() -> bytes:
    return jpeg_coded(0xC3)


def jpeg_dense() -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    return saved(Image.fromarray(noise), "JPEG", quality=20, subsampling=0, progressive=True)


def gif_comments() -> bytes:
    return b"GIF89a\1\0\1\0\0\0\0" + b"!\xfe\1x\0" * 2_000_000 + GIF_FRAME


def gif_junk() -> bytes:
    return b"GIF89a\1\0\1\0\0\0\0" + b"?" * 10_000_000 + GIF_FRAME


def gif_canvas() -> bytes:
    """A frame that has to be cleared afterwards, which makes Pillow allocate it when it opens the file."""
    control, extent = b"!\xf9\x04\x09\0\0\0\0", struct.pack("<HHHHB", 0, 0, 12_000, 14_000, 0)
    return b"GIF89a\1\0\1\0\0\0\0" + control + b"," + extent + b"\2\1\x44\0;"


GIF_FRAME = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0;"


def gif_full() -> bytes:
    noise = np.random.default_rng(0).random((SIDE, SIDE)) < 0.3
    return saved(Image.fromarray(noise.astype(np.uint8)), "GIF")


def bmp_runs(width: int = 1000, height: int = 1000, *, nothing: int = 5_000_000) -> bytes:
    """A run-length encoded 8-bit BMP: codes that draw nothing, then one run for every row."""
    rows = b"\0\0" * nothing + (b"\xff\x05" * (width // 255 + 1) + b"\0\0") * height + b"\0\1"
    sizes = struct.pack("<IIIIiiHH6I", 0, 0, 54 + 1024, 40, width, height, 1, 8, 1, *[0] * 5)
    return b"BM" + sizes + bytes(1024) + rows


def bmp_allowed() -> bytes:
    return bmp_runs(nothing=990_000)


def webp_flat(side: int = SIDE) -> bytes:
    """The header of a lossless WebP (its specification, section 3) and a few zeros: all pixels are equal."""
    data = b"\x2f" + struct.pack("<I", (side - 1) | (side - 1) << 14) + b"\x88\x88\x08\0\0\0\0"
    return (
        b"RIFF"
        + struct.pack("<I", len(data) + 12)
        + b"WEBPVP8L"
        + struct.pack("<I", len(data))
        + data
    )


def webp_allowed() -> bytes:
    noise = np.random.default_rng(0).random((4000, 4000, 3)) < 0.02
    return saved(Image.fromarray(noise * np.uint8(200)), "WEBP", lossless=True, quality=0, method=0)


def profile_of_steps(count: int = 300_000) -> bytes:
    """An ICC profile with very many processing elements (ICC.1:2022, section 10.17), all the same step."""
    step = b"matf" + struct.pack(">IHH12f", 0, 3, 3, *[1, 0, 0, 0, 1, 0, 0, 0, 1], *[0] * 3)
    program = b"mpet" + struct.pack(">IHHI", 0, 3, 3, count)
    program += struct.pack(">II", 16 + 8 * count, len(step)) * count + step
    white = b"XYZ " + struct.pack(">Iiii", 0, 0xF6D6, 0x10000, 0xD32D)
    first = 128 + 4 + 24
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", first, 20, b"D2B0", first + 20, len(program))
    nbytes = first + 20 + len(program)
    head = struct.pack(">I4sI4s4s4s", nbytes, b"none", 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + tags + white + program


def jpeg_profile() -> bytes:
    return saved(photograph(16, 16), "JPEG", icc_profile=profile_of_steps())


@cache
def heic_part(side: int = 64) -> Part:
    return part_of(saved(photograph(side, side), "HEIF", quality=60))


@cache
def avif_part(side: int = 64) -> Part:
    return part_of(saved(photograph(side, side), "AVIF", quality=60))


def heic_slices() -> bytes:
    """One picture with the same slice many times, each of them drawn by the decoder."""
    part = heic_part(1024)
    return heif([Part(part.kind, part.data * 200, part.properties)])


def heic_allowed_slices() -> bytes:
    """The most that may be drawn: a flat picture of the full size, twice."""
    options = {"enc_params": {"preset": "ultrafast"}}
    part = part_of(saved(Image.new("RGB", (SIDE, SIDE), (9, 200, 30)), "HEIF", **options))
    return heif([Part(part.kind, part.data * 2, part.properties)])


def heic_claims_less() -> bytes:
    """Two hundred tiles that claim to be small, but whose sequence header says 1024 x 1024."""
    tile = heic_part(1024).with_property(*size(64, 64))
    return heif([grid(10, 20, 1280, 640), *[tile] * 200], [(b"dimg", 1, tuple(range(2, 202)))])


def heic_same_tile() -> bytes:
    tiles: list[Link] = [(b"dimg", 1, (2,) * 6000)]
    return heif([grid(60, 100, 6400, 3840), heic_part()], tiles)


def heic_metadata() -> bytes:
    """Hundreds of pictures that share the same ten megabytes of metadata."""
    parts = [heic_part()] * 900 + [Part(b"Exif", bytes(9 * MIB))]
    return heif(parts, [(b"cdsc", 901, tuple(range(1, 901)))], shared=True)


def heic_shared() -> bytes:
    tile = heic_part()
    links = [(b"dimg", 1, tuple(range(2, 902)))]
    return heif([grid(30, 30, 1920, 1920), *[tile] * 900], links, shared=True)


def heic_overlapping() -> bytes:
    """Tiles that are the same bytes, each a little further: as many copies as there are tiles."""
    tile = heic_part()
    data = tile.data + bytes(20_000)
    tiles = [replace(tile, data=data[place:]) for place in range(900)]
    links = [(b"dimg", 1, tuple(range(2, 902)))]
    return heif([grid(30, 30, 1920, 1920), *tiles], links, shared=True)


def heic_overlay() -> bytes:
    cover = Part(b"iovl", bytes(10), (size(64, 64),))
    return heif([cover, heic_part()], [(b"dimg", 1, (2,) * 9_000)])


def avif_frames() -> bytes:
    """One picture that repeats its frame many times; each copy is decoded."""
    part = avif_part(1024)
    return heif([Part(part.kind, part.data * 200, part.properties)], brand=b"avif")


def avif_allowed_frames() -> bytes:
    """The most that may be drawn: a flat picture of the full size, twice."""
    flat = Image.new("RGB", (SIDE, SIDE), (9, 200, 30))
    part = part_of(saved(flat, "AVIF", speed=10, subsampling="4:4:4"))
    return heif([Part(part.kind, part.data * 2, part.properties)], brand=b"avif")


def heic_dense() -> bytes:
    """A phone's grid of tiles, near the limits in pixels and bytes."""
    noise = np.random.default_rng(0).integers(0, 256, (1024, 1024, 3), np.uint8)
    options = {"quality": 20, "enc_params": {"preset": "ultrafast"}}
    tile = part_of(saved(Image.fromarray(noise), "HEIF", **options))
    links = [(b"dimg", 1, tuple(range(2, 22)))]
    return heif([grid(4, 5, 5120, 4096), *[tile] * 20], links)


def avif_dense() -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (1024, 1024, 3), np.uint8)
    tile = part_of(saved(Image.fromarray(noise), "AVIF", quality=42, subsampling="4:4:4", speed=8))
    links = [(b"dimg", 1, tuple(range(2, 22)))]
    return heif([grid(4, 5, 5120, 4096), *[tile] * 20], links, brand=b"avif")


MAKERS: dict[str, tuple[Maker, ...]] = {
    "PNG": (png_dense, png_deep, png_interlaced, png_profiles, png_texts, png_chunks),
    "JPEG": (
        *(jpeg_dense, jpeg_allowed_scans, jpeg_many_scans, jpeg_arithmetic, jpeg_lossless),
        *(jpeg_fill, jpeg_comments, jpeg_exif_parts, jpeg_profile),
    ),
    "WebP": (webp_allowed, webp_flat),
    "GIF": (gif_full, gif_comments, gif_junk, gif_canvas),
    "BMP": (bmp_allowed, bmp_runs),
    "AVIF": (avif_dense, avif_allowed_frames, avif_frames),
    "HEIC": (
        *(heic_dense, heic_allowed_slices, heic_slices, heic_claims_less, heic_same_tile),
        *(heic_metadata, heic_shared, heic_overlapping, heic_overlay),
    ),
}
MAKERS = {kind: makers for kind, makers in MAKERS.items() if kind in ACCEPTED}
