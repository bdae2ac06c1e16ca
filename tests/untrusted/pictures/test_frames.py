import struct

import numpy as np
import pytest
from PIL import Image

from app.messages import note
from app.untrusted.pictures.decode import decode
from tools.picture_files.photographs import photograph, saved

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
