import struct

import numpy as np
import pytest
from PIL import Image

from app.messages import note
from app.untrusted.pictures.decode import decode
from tools.picture_files.photographs import chunk, photograph, png, saved
from tools.picture_files.stated import SRGB, red_and_blue_swapped


def linear_grey() -> bytes:
    """A grey ICC profile, version 2, with a gamma of 1, by ICC.1:2001-04, sections 6.1 to 6.3."""
    curve = b"curv" + struct.pack(">IIH", 0, 1, 0x0100) + b"\0\0"
    white = b"XYZ " + struct.pack(">Iiii", 0, 0xF6D6, 0x10000, 0xD32D)
    tags = struct.pack(">I4sII4sII", 2, b"kTRC", 156, 16, b"wtpt", 172, 20)
    head = struct.pack(">I4sI4s4s4s", 192, b"none", 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + tags + curve + white


def test_a_profile_that_is_srgb_changes_nothing():
    image = photograph(20, 30)

    picture = decode(saved(image, "PNG", icc_profile=SRGB))

    np.testing.assert_array_equal(picture.pixels, np.asarray(image))
    assert picture.notes == ()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_go_through_the_profile(mode):
    image = photograph(20, 30)

    picture = decode(saved(image.convert(mode), "PNG", icc_profile=red_and_blue_swapped()))

    np.testing.assert_allclose(picture.pixels, np.asarray(image)[..., ::-1], atol=2)
    assert picture.notes == (note("from_profile"),)


@pytest.mark.parametrize("alpha", [False, True])
def test_grey_values_go_through_a_grey_profile(alpha):
    image = Image.fromarray(np.array([[0, 55, 128, 255]], np.uint8))
    image = Image.merge("LA", (image, Image.new("L", image.size, 255))) if alpha else image

    picture = decode(saved(image, "PNG", icc_profile=linear_grey()))

    # sRGB encodes the linear v / 255: 1.055 * (128 / 255) ** (1 / 2.4) - 0.055 = 188 / 255
    np.testing.assert_allclose(picture.pixels[0, :, 0], [0, 128, 188, 255], atol=1)
    assert picture.notes == (note("from_profile"),)


def test_a_grey_picture_with_a_colour_profile_stays_grey():
    image = photograph(20, 30).convert("L")

    picture = decode(saved(image, "JPEG", quality=95, icc_profile=red_and_blue_swapped()))

    difference = picture.pixels.astype(int) - np.asarray(image)[..., None]
    assert np.abs(difference).max() < 12


@pytest.mark.parametrize("profile", [b"no profile at all", SRGB[:200], linear_grey(), b"\0" * 500])
def test_a_profile_of_no_use_is_said_and_colours_are_kept(profile):
    image = photograph(20, 30)

    picture = decode(saved(image, "PNG", icc_profile=profile))

    np.testing.assert_array_equal(picture.pixels, np.asarray(image))
    assert picture.notes == (note("profile_unusable"),)


@pytest.mark.parametrize("place", range(0, len(SRGB), 23))
def test_a_damaged_profile_never_loses_the_picture(place):
    damaged = bytearray(SRGB)
    damaged[place] ^= 0xA5

    assert decode(saved(photograph(6, 6), "PNG", icc_profile=bytes(damaged))).pixels.shape == (
        6,
        6,
        3,
    )


def test_cmyk_is_converted_by_the_light_that_ink_leaves():
    inks = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 0, 0, 255), (100, 50, 200, 51)]
    blocks = [Image.new("CMYK", (16, 16), ink) for ink in inks]
    image = Image.new("CMYK", (64, 16))
    for number, block in enumerate(blocks):
        image.paste(block, (16 * number, 0))

    picture = decode(saved(image, "JPEG", quality=100))

    # (255 - ink) * (255 - black) / 255 for each of red, green, blue
    expected = [[255, 255, 255], [0, 255, 255], [0, 0, 0], [124, 164, 44]]
    np.testing.assert_allclose(picture.pixels[8, 8::16], expected, atol=3)
    assert picture.notes == (note("from_cmyk"),)


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_the_transparent_grey_of_a_png_is_found_at_every_depth(depth):
    values, key = [0, 1, 2, 3], 1
    rows = {2: bytes([0b00_01_10_11]), 4: bytes([0x01, 0x23]), 8: bytes(values)}[depth]

    picture = decode(png(4, 1, depth, 0, b"\0" + rows, chunk(b"tRNS", struct.pack(">H", key))))

    full = [value * 255 // (2**depth - 1) for value in values]
    expected = [255 if value == key else grey for value, grey in zip(values, full, strict=True)]
    np.testing.assert_array_equal(picture.pixels[0, :, 0], expected)
    assert picture.notes == (note("on_white"),)


def test_the_transparent_value_of_a_one_bit_png_is_found():
    picture = decode(png(4, 1, 1, 0, b"\0" + bytes([0b0101_0000]), chunk(b"tRNS", b"\0\0")))

    np.testing.assert_array_equal(picture.pixels, np.full((1, 4, 3), 255))


def test_the_transparent_value_of_a_sixteen_bit_grey_png_is_exact():
    rows = b"\0" + struct.pack(">3H", 0x1200, 0x1201, 0x8080)

    picture = decode(png(3, 1, 16, 0, rows, chunk(b"tRNS", struct.pack(">H", 0x1201))))

    np.testing.assert_array_equal(picture.pixels[0, :, 0], [0x12, 255, 0x80])


def test_the_transparent_colour_of_a_png_is_shown_on_white():
    rows = b"\0" + bytes([1, 2, 3, 4, 5, 6])

    picture = decode(png(2, 1, 8, 2, rows, chunk(b"tRNS", struct.pack(">3H", 4, 5, 6))))

    np.testing.assert_array_equal(picture.pixels, [[[1, 2, 3], [255, 255, 255]]])


def test_the_transparent_colour_of_a_sixteen_bit_png_is_shown_on_white():
    rows = b"\0" + struct.pack(">6H", 0x0101, 0x0202, 0x0303, 0x4040, 0x5050, 0x6060)
    key = chunk(b"tRNS", struct.pack(">3H", 0x4040, 0x5050, 0x6060))

    picture = decode(png(2, 1, 16, 2, rows, key))

    np.testing.assert_array_equal(picture.pixels, [[[1, 2, 3], [255, 255, 255]]])


def test_sixteen_bit_grey_with_alpha_is_shown_on_white():
    rows = b"\0" + struct.pack(">4H", 0x2020, 0xFFFF, 0, 0x3333)

    picture = decode(png(2, 1, 16, 4, rows))

    # 0x33 of 0xff is a fifth: 0 * 1/5 + 255 * 4/5 = 204
    np.testing.assert_allclose(picture.pixels, [[[32] * 3, [204] * 3]], atol=1)
    assert picture.notes == (
        note("fewer_bits", bits=16),
        note("on_white"),
    )


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_a_palette_is_read_at_every_depth(depth):
    palette = chunk(b"PLTE", bytes([10, 20, 30, 200, 100, 50]))
    rows = b"\0" + bytes([1 << (8 - 2 * depth)])  # index 0, then index 1

    picture = decode(png(2, 1, depth, 3, rows, palette))

    np.testing.assert_array_equal(picture.pixels, [[[10, 20, 30], [200, 100, 50]]])


def test_a_lossless_webp_with_alpha_is_shown_on_white():
    image = Image.new("RGBA", (2, 1), (10, 20, 30, 255))
    image.putpixel((1, 0), (10, 20, 30, 51))

    picture = decode(saved(image, "WEBP", lossless=True))

    # a fifth of the colour and four fifths of white: (51 * 10 + 204 * 255) / 255 = 206
    np.testing.assert_allclose(picture.pixels, [[[10, 20, 30], [206, 208, 210]]], atol=1)


def test_a_jpeg_that_holds_rgb_is_not_taken_for_ycbcr():
    image = Image.new("RGB", (16, 16), (200, 30, 90))

    picture = decode(saved(image, "JPEG", quality=95, keep_rgb=True))

    np.testing.assert_allclose(picture.pixels[8, 8], [200, 30, 90], atol=2)


def bmp(bits: int, masks: tuple[int, int, int, int], *pixels: int) -> bytes:
    """A BMP of one row with a mask for each channel (a BITMAPV4HEADER)."""
    row = b"".join(pixel.to_bytes(bits // 8, "little") for pixel in pixels)
    row += bytes(-len(row) % 4)
    head = struct.pack("<IiiHHIIiiII", 108, len(pixels), 1, 1, bits, 3, len(row), 0, 0, 0, 0)
    head += struct.pack("<4I", *masks) + b"BGRs" + bytes(48)
    return b"BM" + struct.pack("<IHHI", 14 + 108 + len(row), 0, 0, 122) + head + row


def test_a_bmp_of_sixteen_bits_is_scaled_to_the_whole_range():
    masks = (0xF800, 0x07E0, 0x001F, 0)

    picture = decode(bmp(16, masks, 0xFFFF, 0xF800, 0x07E0, 0x8410))

    # 0x8410: 16 of 31, 32 of 63 and 16 of 31, which are 132, 130 and 132 of 255
    expected = [[255, 255, 255], [255, 0, 0], [0, 255, 0], [132, 130, 132]]
    np.testing.assert_allclose(picture.pixels[0], expected, atol=1)


def test_a_bmp_with_alpha_is_shown_on_white():
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)

    picture = decode(bmp(32, masks, 0xFF0A141E, 0x330A141E))

    np.testing.assert_allclose(picture.pixels, [[[10, 20, 30], [206, 208, 210]]], atol=1)
    assert picture.notes == (note("on_white"),)


def paper_and_black() -> bytes:
    """A CMYK profile, version 2, whose only ink is black: 2 x 2 x 2 x 2 places of Lab (ICC.1:2001-04, 6.5.9)."""
    corners = [bytes([0 if black else 255, 128, 128]) for _ in range(8) for black in (0, 1)]
    unit = struct.pack(">9i", *[0x10000 if i % 4 == 0 else 0 for i in range(9)])
    ramp = bytes(range(256))
    table = (
        b"mft1" + struct.pack(">IBBBx", 0, 4, 3, 2) + unit + ramp * 4 + b"".join(corners) + ramp * 3
    )
    white = b"XYZ " + struct.pack(">Iiii", 0, 0xF6D6, 0x10000, 0xD32D)
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"A2B0", 176, len(table))
    head = struct.pack(
        ">I4sI4s4s4s", 176 + len(table), b"none", 0x02400000, b"prtr", b"CMYK", b"Lab "
    )
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + tags + white + table


def test_inks_go_through_a_profile_of_inks():
    inks = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 255, 0), (0, 0, 0, 255)]
    image = Image.new("CMYK", (64, 16))
    for number, ink in enumerate(inks):
        image.paste(Image.new("CMYK", (16, 16), ink), (16 * number, 0))

    picture = decode(saved(image, "JPEG", quality=100, icc_profile=paper_and_black()))

    # by the profile cyan, magenta and yellow leave the paper white
    expected = [[255] * 3, [255] * 3, [255] * 3, [0] * 3]
    np.testing.assert_allclose(picture.pixels[8, 8::16], expected, atol=4)
    assert picture.notes == (
        note("from_cmyk"),
        note("from_profile"),
    )


def test_a_very_large_profile_is_not_read():
    large = SRGB[:128] + bytes(4_000_000)

    picture = decode(saved(photograph(20, 30), "JPEG", icc_profile=large))

    assert picture.notes == (note("profile_unusable"),)
