import numpy as np
import pytest
from PIL import Image

from app.imaging.decode import decode
from tests.imaging.files import photograph, saved

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
    assert picture.notes == ("First frame of the animation only.",)


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
    assert picture.notes == ("First of the pictures in the file only.",)
