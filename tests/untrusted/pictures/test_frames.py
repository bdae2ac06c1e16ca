import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from app.messages import note
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import BrokenPicture, PictureTooLarge
from tools.picture_files.photographs import chunk, photograph, saved

FIRST = Image.new("RGB", (24, 16), (200, 30, 40))
SECOND = Image.new("RGB", (24, 16), (10, 180, 60))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("GIF", {}),
        ("GIF", {"loop": 0, "duration": 50, "comment": b"a comment"}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_of_an_animation_the_first_frame_is_shown_and_that_is_said(kind, options):
    data = saved(FIRST, kind, save_all=True, append_images=[SECOND, FIRST], **options)

    picture = decode(data)

    np.testing.assert_array_equal(picture.pixels, np.full((16, 24, 3), (200, 30, 40)))
    assert picture.notes == (note("first_frame"),)


@pytest.mark.parametrize("options", [{}, {"comment": b"x" * 700}])
def test_a_gif_with_one_frame_is_no_animation(options):
    assert decode(saved(photograph(60, 90), "GIF", **options)).notes == ()


def test_a_gif_without_its_end_is_no_animation():
    data = saved(FIRST, "GIF")
    assert data.endswith(b"\0;")

    assert decode(data[:-1]).notes == ()


def test_of_a_multi_picture_jpeg_the_first_is_shown_and_that_is_said():
    data = saved(FIRST, "MPO", save_all=True, append_images=[SECOND])

    picture = decode(data)

    np.testing.assert_allclose(picture.pixels, np.full((16, 24, 3), (200, 30, 40)), atol=3)
    assert picture.notes == (note("first_picture"),)


@pytest.mark.parametrize("transparent", [False, True])
def test_what_the_first_frame_of_a_gif_leaves_open_is_white(transparent):
    palette = b"\xc8\x1e\x28\x0a\xb4\x3c"  # red, green
    control = b"!\xf9\x04\x01\0\0\1\0" if transparent else b""
    screen = struct.pack("<HHBBB", 3, 2, 0x80, 0, 0)
    extent = struct.pack("<HHHHB", 1, 0, 1, 1, 0)
    one_red_pixel = b"\2\2\x44\1\0;"  # codes of 3 bits: clear (4), 0, end (5)

    picture = decode(b"GIF89a" + screen + palette + control + b"," + extent + one_red_pixel)

    expected = np.full((2, 3, 3), 255)
    expected[0, 1] = (200, 30, 40)
    np.testing.assert_array_equal(picture.pixels, expected)
    assert picture.notes == (note("on_white"),)


def test_a_gif_of_greys_without_a_palette_keeps_its_place():
    values = np.array([[0, 100], [200, 255]], np.uint8)

    picture = decode(saved(Image.fromarray(values), "GIF"))

    np.testing.assert_array_equal(picture.pixels, np.repeat(values[..., None], 3, axis=2))


def animated(control: bytes, frame: bytes, *, frames: int = 2) -> bytes:
    """Return an animated PNG, 4 by 2, whose picture for other programs (red) is not one of its frames."""
    red = zlib.compress((b"\0" + b"\xff\0\0" * 4) * 2)
    parts = [
        chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 2, 8, 2, 0, 0, 0)),
        chunk(b"acTL", struct.pack(">II", frames, 0)),
        chunk(b"IDAT", red),
        chunk(b"fcTL", control),
        *(
            chunk(b"fdAT", struct.pack(">I", 1 + one) + piece)
            for one, piece in enumerate((frame[:5], frame[5:]))
        ),
        chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def control_of(width: int, height: int, left: int, top: int) -> bytes:
    return struct.pack(">IIIIIHHBB", 0, width, height, left, top, 1, 5, 0, 0)


def green(width: int, height: int) -> bytes:
    return zlib.compress((b"\0" + b"\0\xa0\0" * width) * height)


def test_an_animated_png_shows_its_own_first_frame():
    picture = decode(animated(control_of(4, 2, 0, 0), green(4, 2)))

    np.testing.assert_array_equal(picture.pixels, np.full((2, 4, 3), (0, 160, 0)))
    assert picture.notes == (note("first_frame"),)


def test_a_smaller_first_frame_stands_in_its_place_on_white():
    picture = decode(animated(control_of(2, 1, 1, 1), green(2, 1), frames=1))

    expected = np.full((2, 4, 3), 255)
    expected[1, 1:3] = (0, 160, 0)
    np.testing.assert_array_equal(picture.pixels, expected)
    assert picture.notes == (note("on_white"),)


@pytest.mark.parametrize(
    ("width", "height", "error"), [(0, 0, BrokenPicture), (40_000, 40_000, PictureTooLarge)]
)
def test_a_first_frame_of_an_impossible_size_is_refused(width, height, error):
    with pytest.raises(error):
        decode(animated(control_of(width, height, 0, 0), green(4, 2)))
