"""What is made to cost much is refused by its layout, in words that help, or decoded without what costs."""

from typing import Any

import pytest
from PIL import Image

from app.messages import note
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import BrokenPicture, PictureTooLarge
from app.untrusted.pictures.formats import ACCEPTED
from tools.fuzz import bombs
from tools.picture_files.photographs import photograph, saved

REFUSED = [
    (bombs.png_profiles, BrokenPicture, "9,000 colour profiles"),
    (bombs.png_chunks, BrokenPicture, "more than 20,000 chunks"),
    (bombs.jpeg_many_scans, BrokenPicture, "in 100 passes; at its size up to 32"),
    (bombs.jpeg_arithmetic, BrokenPicture, "with arithmetic coding"),
    (bombs.jpeg_lossless, BrokenPicture, "without loss"),
    (bombs.jpeg_fill, BrokenPicture, "bytes of no meaning"),
    (bombs.jpeg_comments, BrokenPicture, "more than 3,000 parts"),
    (bombs.jpeg_exif_parts, BrokenPicture, "more than 3,000 parts"),
    (bombs.webp_flat, PictureTooLarge, "up to 16,000,000, or the same picture as JPEG or PNG"),
    (bombs.gif_comments, BrokenPicture, "more than 20,000 blocks"),
    (bombs.gif_junk, BrokenPicture, "more than 20,000 blocks"),
    (bombs.gif_canvas, PictureTooLarge, "12,000 x 14,000"),
    (bombs.bmp_runs, PictureTooLarge, "or the same picture as PNG"),
]
if "HEIC" in ACCEPTED:
    REFUSED += [
        (bombs.heic_slices, PictureTooLarge, "could draw 209,715,200 pixels"),
        (bombs.heic_claims_less, PictureTooLarge, "could draw 209,715,200 pixels"),
        (bombs.heic_same_tile, BrokenPicture, "damaged, cut off or of a rare kind"),
        (bombs.heic_overlapping, BrokenPicture, "damaged, cut off or of a rare kind"),
        (bombs.heic_overlay, BrokenPicture, "layers, overlays or another codec"),
    ]
if "AVIF" in ACCEPTED:
    REFUSED += [(bombs.avif_frames, PictureTooLarge, "could draw 209,715,200 pixels")]


@pytest.mark.parametrize(
    ("make", "error", "says"), REFUSED, ids=[make.__name__ for make, _, _ in REFUSED]
)
def test_a_bomb_is_refused_before_it_is_decoded(make, error, says):
    reserved: list[Any] = []

    with pytest.raises(error, match=says) as refused:
        decode(make(), reserve=reserved.append)  # type: ignore[arg-type]

    assert "would work" in str(refused.value)
    assert reserved == []


def test_text_in_a_png_is_not_inflated():
    assert decode(bombs.png_texts()).notes == ()


def test_a_profile_that_is_a_long_program_is_not_run():
    assert decode(bombs.jpeg_profile()).notes == (note("profile_unusable"),)


def test_the_same_profile_with_one_step_would_be_valid():
    """The program is refused for its kind, not because the file made here is broken."""
    from io import BytesIO

    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(BytesIO(bombs.profile_of_steps(2)))
    target = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    transform = ImageCms.ImageCmsTransform(profile, target, "RGB", "RGB")
    assert transform.apply(photograph(4, 4)).size == (4, 4)


@pytest.mark.skipif("HEIC" not in ACCEPTED, reason="no decoder of HEIC for this machine")
def test_metadata_of_hundreds_of_pictures_is_never_read():
    picture = decode(bombs.heic_metadata())

    assert picture.pixels.shape == (64, 64, 3)
    assert picture.notes == (note("main_picture"),)


@pytest.mark.skipif("HEIC" not in ACCEPTED, reason="no decoder of HEIC for this machine")
def test_tiles_may_share_their_bytes():
    assert decode(bombs.heic_shared()).height == 1920


def test_honest_progressive_photographs_pass():
    image = Image.new("L", (4600, 3000), 90)  # 14 megapixels

    assert decode(saved(image, "JPEG", progressive=True)).height == 3000


def test_more_passes_are_accepted_of_a_smaller_picture():
    assert decode(bombs.jpeg_scans(60, side=600)).height == 600
    with pytest.raises(BrokenPicture, match="up to 100"):
        decode(bombs.jpeg_scans(100, side=600))


def test_a_small_bmp_in_runs_is_read():
    image = decode(bombs.bmp_runs(20, 10, nothing=0))

    assert (image.height, image.width) == (10, 20)


def test_a_large_bmp_in_runs_is_refused():
    with pytest.raises(PictureTooLarge, match="as PNG, would work"):
        decode(bombs.bmp_runs(4000, 2000, nothing=0))
