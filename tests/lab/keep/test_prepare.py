import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lab.keep.prepare import prepare
from app.messages import note

FITS = ("crop", "pad", "stretch")


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("fit", FITS)
def test_a_square_of_the_right_size_is_unchanged(fit):
    pixels = noise(64, 64)

    prepared = prepare(pixels, size=64, fit=fit, channels=3)

    np.testing.assert_array_equal(np.rint(prepared.image * 255), pixels.transpose(2, 0, 1))
    np.testing.assert_allclose(prepared.image, pixels.transpose(2, 0, 1) / 255, atol=1e-7)
    assert prepared.notes == ()


@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    size=st.integers(32, 80),
    fit=st.sampled_from(FITS),
    channels=st.sampled_from([1, 3]),
)
def test_whatever_comes_in_a_square_in_range_comes_out(height, width, size, fit, channels):
    image = prepare(noise(height, width), size=size, fit=fit, channels=channels).image

    assert image.shape == (channels, size, size)
    assert image.dtype == np.float32
    assert image.flags.c_contiguous
    assert not image.flags.writeable
    assert image.min() >= 0
    assert image.max() <= 1


@pytest.mark.parametrize(("height", "width"), [(40, 100), (100, 40)])
def test_the_crop_is_the_central_square(height, width):
    pixels = noise(height, width)
    top, left = (height - 40) // 2, (width - 40) // 2  # 30 on either side of the longer one

    prepared = prepare(pixels, size=40, fit="crop", channels=3)

    expected = pixels[top : top + 40, left : left + 40].transpose(2, 0, 1)
    np.testing.assert_array_equal(np.rint(prepared.image * 255), expected)
    assert prepared.notes == (note("cropped", side=40),)


def test_what_lies_outside_the_crop_does_not_bleed_in():
    pixels = np.zeros((300, 500, 3), np.uint8)
    pixels[:, :100] = pixels[:, 400:] = 255  # the central square is black

    assert not prepare(pixels, size=256, fit="crop", channels=3).image.any()


def test_padding_shows_the_whole_picture_between_bars_of_exactly_one_half():
    pixels = noise(32, 64)

    prepared = prepare(pixels, size=64, fit="pad", channels=3)

    np.testing.assert_array_equal(
        np.rint(prepared.image[:, 16:48] * 255), pixels.transpose(2, 0, 1)
    )
    assert (prepared.image[:, :16] == 0.5).all()
    assert (prepared.image[:, 48:] == 0.5).all()
    assert prepared.notes == (note("padded_rows", count=32),)


def test_a_tall_picture_has_its_bars_left_and_right():
    prepared = prepare(noise(128, 63), size=64, fit="pad", channels=1)

    assert (prepared.image[:, :, :16] == 0.5).all()
    assert prepared.notes[:2] == (
        note("reduced", from_width=63, from_height=128, width=32, height=64),
        note("padded_columns", count=32),
    )


@pytest.mark.parametrize(
    ("height", "width", "fit", "notes"),
    [
        (
            30,
            40,
            "stretch",
            (note("stretched", from_width=40, from_height=30, width=64, height=64),),
        ),
        (
            30,
            30,
            "stretch",
            (note("enlarged", from_width=30, from_height=30, width=64, height=64),),
        ),
        (
            30,
            40,
            "crop",
            (
                note("cropped", side=30),
                note("enlarged", from_width=30, from_height=30, width=64, height=64),
            ),
        ),
        (
            300,
            300,
            "crop",
            (note("reduced", from_width=300, from_height=300, width=64, height=64),),
        ),
        (
            30,
            40,
            "pad",
            (
                note("enlarged", from_width=40, from_height=30, width=64, height=48),
                note("padded_rows", count=16),
            ),
        ),
    ],
)
def test_what_was_done_is_said_with_numbers(height, width, fit, notes):
    assert prepare(noise(height, width), size=64, fit=fit, channels=3).notes == notes


def test_a_reduced_picture_keeps_its_mean():
    pixels = noise(400, 400)

    image = prepare(pixels, size=100, fit="stretch", channels=3).image

    np.testing.assert_allclose(image.mean(axis=(1, 2)), pixels.mean(axis=(0, 1)) / 255, atol=0.01)


def test_grey_weighs_the_colours_by_bt_709():
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:, :8, 0], pixels[:, 8:16, 1], pixels[:, 16:24, 2], pixels[:, 24:] = 255, 255, 255, 90

    prepared = prepare(pixels, size=32, fit="crop", channels=1)

    # 255 * 0.2126 = 54.2, 255 * 0.7152 = 182.4, 255 * 0.0722 = 18.4, to whole levels
    np.testing.assert_allclose(prepared.image[0, 0, ::8] * 255, [54, 182, 18, 90], atol=1e-4)
    assert prepared.notes == (note("grey", red=0.2126, green=0.7152, blue=0.0722),)
