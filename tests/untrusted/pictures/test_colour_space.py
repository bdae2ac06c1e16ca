"""Colours that a file states by numbers; the expected ones are computed here from the standards' own formulas."""

import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.messages import note
from app.untrusted.pictures.colour_space import ColourSpace, of_codes, to_srgb
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.formats import ACCEPTED
from tools.picture_files.heif import heif, part_of
from tools.picture_files.photographs import chunk, photograph, png, saved

PATCHES = ((255, 0, 0), (0, 200, 60), (60, 90, 220), (180, 150, 100))
P3_IN_SRGB = ((255, 0, 0), (0, 204, 14), (50, 91, 228), (186, 149, 92))
LINEAR_IN_SRGB = ((255, 0, 0), (0, 229, 133), (133, 160, 239), (219, 202, 168))
P3 = (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329)
CONVERTED, HDR = note("from_colour_space"), note("from_hdr", curve="PQ")


def cicp(primaries: int, transfer: int) -> bytes:
    return chunk(b"cICP", bytes((primaries, transfer, 0, 1)))


def gama(gamma: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(100_000 * gamma)))


def chrm(primaries: tuple[float, ...]) -> bytes:
    *colours, white_x, white_y = primaries
    values = (round(100_000 * one) for one in (white_x, white_y, *colours))
    return chunk(b"cHRM", struct.pack(">8I", *values))


def stated(primaries: int, transfer: int) -> ColourSpace:
    space = of_codes(primaries, transfer)
    assert space
    return space


def patches(*chunks: bytes) -> bytes:
    """Return a PNG of one row, the four patches."""
    return png(4, 1, 8, 2, b"\0" + bytes(sum(PATCHES, ())), *chunks)


def shown(data: bytes) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(value) for value in pixel) for pixel in decode(data).pixels[0])


@pytest.mark.parametrize(
    ("chunks", "expected", "notes"),
    [
        ((), PATCHES, ()),
        ((cicp(12, 13),), P3_IN_SRGB, (CONVERTED,)),
        ((cicp(1, 13),), PATCHES, ()),
        ((cicp(1, 1),), PATCHES, ()),
        ((cicp(2, 2),), PATCHES, ()),
        ((gama(1.0),), LINEAR_IN_SRGB, (CONVERTED,)),
        ((chunk(b"sRGB", b"\0"), gama(1.0)), PATCHES, ()),
        ((cicp(1, 13), gama(1.0)), PATCHES, ()),
        ((cicp(2, 2), gama(1.0)), LINEAR_IN_SRGB, (CONVERTED,)),
        ((chrm(P3), cicp(12, 8)), None, (CONVERTED,)),
        ((chunk(b"gAMA", bytes(4)),), PATCHES, ()),
        ((chunk(b"gAMA", b"\0"),), PATCHES, ()),
        ((chunk(b"gAMA", b"\1"),), PATCHES, ()),
        ((chunk(b"gAMA", struct.pack(">I", 1)),), PATCHES, ()),
        ((chunk(b"gAMA", b"\xff\xff\xff\xff"),), PATCHES, ()),
        ((chunk(b"cHRM", bytes(32)),), PATCHES, ()),
        (
            (chunk(b"cHRM", struct.pack(">8I", *[30_000] * 8)),),
            PATCHES,
            (note("colours_unusable"),),
        ),
        ((cicp(9, 16),), None, (HDR,)),
        ((cicp(9, 18),), None, (note("from_hdr", curve="HLG"),)),
    ],
)
def test_chunks_of_a_png_count_in_the_order_of_the_standard(chunks, expected, notes):
    data = patches(*chunks)

    assert decode(data).notes == notes
    if expected:
        np.testing.assert_allclose(shown(data), expected, atol=1)


def test_primaries_of_a_png_are_honoured_without_a_curve():
    np.testing.assert_allclose(shown(patches(chrm(P3))), P3_IN_SRGB, atol=1)


def test_codes_count_more_than_a_profile_and_a_profile_more_than_a_gamma():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("RGB", (4, 1))
    image.putdata(PATCHES)
    data = saved(image, "PNG", icc_profile=srgb)
    place = data.index(b"iCCP") - 4

    assert shown(data[:place] + gama(1.0) + data[place:]) == PATCHES
    np.testing.assert_allclose(
        shown(data[:place] + cicp(12, 13) + data[place:]), P3_IN_SRGB, atol=1
    )


@pytest.mark.parametrize(("transfer", "level"), [(16, 148), (18, 191)])
def test_paper_white_of_a_picture_of_high_dynamic_range_is_white(transfer, level):
    space = stated(9, transfer)
    image = Image.new("RGB", (2, 1), (level,) * 3)
    image.putpixel((1, 0), (255, 255, 255))

    pixels = np.asarray(to_srgb(image, space))

    assert pixels.min() >= 253


def test_a_grey_stays_grey_whatever_the_primaries_and_their_white():
    greys = Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2))

    for code in (1, 4, 5, 6, 8, 9, 11, 12, 22):
        space = stated(code, 8)
        pixels = np.asarray(to_srgb(greys, space)).astype(int)
        assert np.abs(pixels - pixels.mean(axis=-1, keepdims=True)).max() <= 1, code


def test_codes_that_state_nothing_are_no_colour_space():
    assert of_codes(2, 2) is None
    assert of_codes(0, 13) is None
    assert of_codes(200, 13) is None


@pytest.mark.parametrize("kind", [kind for kind in ("AVIF", "HEIC") if kind in ACCEPTED])
@pytest.mark.parametrize(
    ("codes", "changes"), [((12, 13), True), ((1, 13), False), ((1, 1), False), ((2, 2), False)]
)
def test_codes_of_avif_and_heic_are_honoured(kind, codes, changes):
    image = photograph(64, 64)
    options = {"subsampling": "4:4:4"} if kind == "AVIF" else {"chroma": 444}
    part = part_of(saved(image, "HEIF" if kind == "HEIC" else kind, quality=95, **options))
    nclx = b"nclx" + struct.pack(">HHHB", *codes, 1 if kind == "HEIC" else 6, 0x80)
    plain = decode(_file(part, b"nclx" + struct.pack(">HHHB", 1, 13, nclx[9], 0x80), kind))

    picture = decode(_file(part, nclx, kind))

    assert picture.notes == ((CONVERTED,) if changes else ())
    expected = plain.pixels
    if changes:
        expected = np.asarray(to_srgb(Image.fromarray(plain.pixels), stated(*codes)))
    np.testing.assert_allclose(picture.pixels, expected, atol=2)


def _file(part, nclx: bytes, kind: str) -> bytes:
    return heif([part.with_property(b"colr", nclx)], brand=kind.lower().encode())


def test_the_profile_in_a_bmp_is_used():
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = swapped.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    image = photograph(20, 32)

    picture = decode(bmp_v5(image, swapped))

    np.testing.assert_allclose(picture.pixels, np.asarray(image)[..., ::-1], atol=2)
    assert picture.notes == (note("from_profile"),)


@pytest.mark.parametrize("place", [0, 100, 10**9])
def test_a_profile_outside_a_bmp_is_none(place):
    image = photograph(20, 32)
    data = bytearray(bmp_v5(image, b""))
    struct.pack_into("<II", data, 14 + 112, place + 10**7, 500)

    np.testing.assert_array_equal(decode(bytes(data)).pixels, np.asarray(image))


def bmp_v5(image: Image.Image, profile: bytes) -> bytes:
    """Return a BMP with a BITMAPV5HEADER; its rows need no padding where the width is a multiple of 4."""
    rows = np.asarray(image)[::-1, :, ::-1].tobytes()
    width, height = image.size
    header = struct.pack("<IiiHHIIiiII", 124, width, height, 1, 24, 0, len(rows), 0, 0, 0, 0)
    header = header.ljust(56, b"\0") + b"DEBM"
    header = header.ljust(112, b"\0") + struct.pack("<III", 124 + len(rows), len(profile), 0)
    head = b"BM" + struct.pack("<IHHI", 14 + 124 + len(rows) + len(profile), 0, 0, 14 + 124)
    return head + header + rows + profile
