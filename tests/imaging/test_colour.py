import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.imaging.decode import decode
from tests.imaging.files import chunk, photograph, png, saved

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def red_and_blue_swapped() -> bytes:
    """The sRGB profile with two primaries exchanged: its red is what others call blue."""
    return SRGB.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


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
    assert picture.notes == ("Colours converted from its ICC profile to sRGB.",)


@pytest.mark.parametrize("alpha", [False, True])
def test_grey_values_go_through_a_grey_profile(alpha):
    image = Image.fromarray(np.array([[0, 55, 128, 255]], np.uint8))
    image = Image.merge("LA", (image, Image.new("L", image.size, 255))) if alpha else image

    picture = decode(saved(image, "PNG", icc_profile=linear_grey()))

    # sRGB encodes the linear v / 255: 1.055 * (128 / 255) ** (1 / 2.4) - 0.055 = 188 / 255
    np.testing.assert_allclose(picture.pixels[0, :, 0], [0, 128, 188, 255], atol=1)
    assert picture.notes == ("Colours converted from its ICC profile to sRGB.",)


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
    assert picture.notes == ("Its ICC profile could not be used: colours taken as sRGB.",)


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
    assert picture.notes == ("Converted from CMYK to RGB.",)


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_the_transparent_grey_of_a_png_is_found_at_every_depth(depth):
    values, key = [0, 1, 2, 3], 1
    rows = {2: bytes([0b00_01_10_11]), 4: bytes([0x01, 0x23]), 8: bytes(values)}[depth]

    picture = decode(png(4, 1, depth, 0, b"\0" + rows, chunk(b"tRNS", struct.pack(">H", key))))

    full = [value * 255 // (2**depth - 1) for value in values]
    expected = [255 if value == key else grey for value, grey in zip(values, full, strict=True)]
    np.testing.assert_array_equal(picture.pixels[0, :, 0], expected)
    assert picture.notes == ("Transparency shown on white.",)


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
