"""HEIC and AVIF: one picture out of a file that may hold many things, in the right colours."""

import contextlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.messages import note
from app.untrusted.pictures.containers.heif import only_the_picture
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import BrokenPicture, PictureError
from app.untrusted.pictures.formats import ACCEPTED
from tests.untrusted.pictures.test_decode import TURNED
from tools.picture_files.heif import Part, grid, heif, part_of
from tools.picture_files.photographs import photograph, saved
from tools.picture_files.stated import red_and_blue_swapped

pillow_heif = pytest.importorskip("pillow_heif", reason="no decoder of HEIC for this machine")

SMALL = photograph(40, 60)
KINDS = [("HEIC", "HEIF"), *([("AVIF", "AVIF")] if "AVIF" in ACCEPTED else [])]
MAKER = "A maker of cameras"


def exif(turn: int) -> bytes:
    block = Image.Exif()
    block[0x0112] = turn
    block[0x010F] = MAKER
    return block.tobytes()


@pytest.mark.parametrize("turn", TURNED)
@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_the_picture_is_turned_as_the_file_says(kind, name, turn):
    picture = decode(saved(SMALL, name, quality=95, exif=exif(turn)))

    expected = TURNED[turn](np.asarray(SMALL))
    assert (picture.height, picture.width) == expected.shape[:2]
    assert np.abs(picture.pixels.astype(int) - expected).mean() < 6
    assert bool(picture.notes) == (turn != 1)


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_the_decoder_sees_the_same_picture_and_no_metadata(kind, name):
    data = saved(SMALL, name, quality=80, exif=exif(1), xmp=b"<x:xmpmeta/>")
    assert MAKER.encode() in data

    still = only_the_picture(data, kind)

    assert MAKER.encode() not in still.data
    assert b"xmpmeta" not in still.data
    with Image.open(BytesIO(data)) as whole, Image.open(BytesIO(still.data)) as alone:
        np.testing.assert_array_equal(np.asarray(whole), np.asarray(alone))


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_transparency_is_shown_on_white(kind, name):
    image = Image.new("RGBA", (64, 64), (200, 0, 0, 255))
    image.paste((200, 0, 0, 0), (0, 0, 32, 64))

    picture = decode(saved(image, name, quality=95))

    np.testing.assert_allclose(picture.pixels[32, 8], [255, 255, 255], atol=3)
    np.testing.assert_allclose(picture.pixels[32, 56], [200, 0, 0], atol=6)
    assert picture.notes == (note("on_white"),)


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_colours_go_through_the_profile(kind, name):
    data = saved(SMALL, name, quality=95, icc_profile=red_and_blue_swapped())

    picture = decode(data)

    difference = np.abs(picture.pixels.astype(int) - np.asarray(SMALL)[..., ::-1])
    assert difference.mean() < 6
    assert picture.notes == (note("from_profile"),)


def test_ten_bits_are_reduced_to_eight():
    values = np.full((64, 64, 3), (0, 0x8080, 0xFFFF), np.uint16)
    buffer = BytesIO()
    image = pillow_heif.from_bytes("RGB;16", (64, 64), values.tobytes())
    image.save(buffer, quality=-1, chroma=444)

    picture = decode(buffer.getvalue())

    np.testing.assert_allclose(picture.pixels[32, 32], [0, 0x80, 0xFF], atol=1)
    assert picture.notes == (note("fewer_bits", bits=10),)


def test_of_several_pictures_the_main_one_is_shown_and_that_is_said():
    other = Image.new("RGB", (30, 20), "black")

    data = saved(other, "HEIF", save_all=True, append_images=[SMALL], primary_index=1)
    picture = decode(data)

    assert picture.pixels.shape == (40, 60, 3)
    assert picture.notes == (note("main_picture"),)


def test_a_preview_is_no_further_picture():
    data = saved(photograph(300, 400), "HEIF", thumbnails=[64])

    assert decode(data).notes == ()


def test_a_picture_in_tiles_is_put_together():
    tiles = [part_of(saved(Image.new("RGB", (64, 64), colour), "HEIF")) for colour in COLOURS]
    data = heif([grid(2, 2, 120, 100), *tiles], [(b"dimg", 1, (2, 3, 4, 5))])

    picture = decode(data)

    assert picture.pixels.shape == (100, 120, 3)
    corners = picture.pixels[[30, 30, 90, 90], [30, 110, 30, 110]]
    np.testing.assert_allclose(corners, [[200, 0, 0], [0, 200, 0], [0, 0, 200], [200] * 3], atol=9)
    assert picture.notes == ()


COLOURS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 200)]


def test_a_property_that_must_be_understood_and_is_not_refuses_the_picture():
    part = part_of(saved(SMALL, "HEIF"))
    plain = heif([Part(part.kind, part.data, (*part.properties, (b"ratr", b"\0")))])
    assert decode(plain).width == 60

    place = plain.index(b"ipma") + 4 + 4 + 4 + 2 + 1 + len(part.properties)
    with pytest.raises(BrokenPicture, match="rare"):
        decode(plain[:place] + bytes([plain[place] | 0x80]) + plain[place + 1 :])


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_a_directory_damaged_anywhere_is_read_or_refused(kind, name):
    data = saved(SMALL, name, exif=exif(6))

    for place in range(8, data.index(b"mdat"), 3):
        damaged = bytearray(data)
        damaged[place] ^= 0x81
        with contextlib.suppress(PictureError):
            assert min(decode(bytes(damaged)).pixels.shape[:2]) <= 512
