"""What is made to cost much costs a worker little, is refused in words that help, and harms nobody else."""

import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from PIL import Image

from app.lab.keep import decoding
from app.lab.keep.decoding import Decoder
from app.messages import note
from app.settings import Settings
from app.untrusted import pool
from app.untrusted.pictures.decode import decode, warm_up
from app.untrusted.pictures.errors import BrokenPicture
from app.untrusted.pictures.formats import ACCEPTED
from app.untrusted.pool import Workers
from tools.fuzz import bombs
from tools.picture_files.photographs import photograph, saved

SECONDS = 0.5  # instead of two, so that the tests are quick; `make fuzz` has the whole time
REFUSED = [
    (bombs.png_profiles, "more than 0.5 s of computing"),
    (bombs.jpeg_fill, "more than 0.5 s of computing"),
    (bombs.jpeg_exif_parts, "more than 0.5 s of computing"),
    (bombs.jpeg_arithmetic, "damaged, cut off or of a rare kind"),
    (bombs.jpeg_lossless, "damaged, cut off or of a rare kind"),
]
if sys.platform == "linux":
    REFUSED += [(bombs.gif_canvas, "more memory than pictures of its size")]
if "HEIC" in ACCEPTED:
    REFUSED += [
        (bombs.heic_claims_less, "damaged, cut off or of a rare kind"),
        (bombs.heic_same_tile, "damaged, cut off or of a rare kind"),
        (bombs.heic_shared, "damaged, cut off or of a rare kind"),
        (bombs.heic_overlay, "layers, overlays or another codec"),
    ]
# Each of these takes long or much memory. Which limit is met first depends on the machine.
REFUSED_BY_EITHER = [bombs.png_chunks, bombs.jpeg_comments, bombs.gif_comments]


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with pytest.MonkeyPatch.context() as patch, closing(Workers(1, imports=warm_up)) as workers:
        patch.setattr(decoding, "SECONDS", SECONDS)
        patch.setattr(pool, "_PATIENCE", 100)  # whatever else the machine does
        yield Decoder(Settings(), workers)


@pytest.mark.parametrize(("make", "says"), REFUSED, ids=[make.__name__ for make, _ in REFUSED])
def test_a_bomb_is_refused_and_costs_nobody_else_anything(make, says, decoder):
    with pytest.raises(BrokenPicture, match=says) as refused:
        decoder.decode(make())

    assert "as PNG or JPEG would work" in str(refused.value)
    assert decoder.decode(saved(photograph(4, 6), "PNG")).width == 6


@pytest.mark.parametrize("make", REFUSED_BY_EITHER)
def test_a_bomb_of_many_parts_is_refused_before_its_limits_are_passed(make, decoder):
    with pytest.raises(BrokenPicture, match="takes more"):
        decoder.decode(make())

    assert decoder.decode(saved(photograph(4, 6), "PNG")).width == 6


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


def test_honest_progressive_photographs_pass():
    image = Image.new("L", (4600, 3000), 90)  # 14 megapixels

    assert decode(saved(image, "JPEG", progressive=True)).height == 3000


def test_a_small_bmp_in_runs_is_read():
    image = decode(bombs.bmp_runs(20, 10, nothing=0))

    assert (image.height, image.width) == (10, 20)


def test_a_large_bmp_in_runs_is_read():
    assert decode(bombs.bmp_runs(4000, 2000, nothing=0)).width == 4000


def test_a_webp_of_all_the_pixels_that_are_accepted_is_read():
    assert decode(bombs.webp_flat()).width == 5000
