"""HEIC photographs over the limits, which are decoded tile by tile."""

import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.untrusted.pictures.decode import DecodeLimits, decode
from app.untrusted.pictures.errors import BrokenPicture, PictureTooLarge
from app.untrusted.pictures.limits import TooHeavy
from tools.picture_files.heif import Part, grid, heif, part_of, size
from tools.picture_files.photographs import photograph, saved

pytest.importorskip("pillow_heif", reason="no decoder of HEIC for this machine")

TILE = 512
ROWS, COLUMNS = 5, 6
HEIGHT, WIDTH = 2500, 3001  # the last tiles reach beyond it
LOW = DecodeLimits(max_pixels=2_500_000)  # half of each side is decoded then
LINKS = [(b"dimg", 1, tuple(range(2, 2 + ROWS * COLUMNS)))]
COVER = grid(ROWS, COLUMNS, WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def tiles() -> list[Part]:
    image = photograph(ROWS * TILE, COLUMNS * TILE)
    boxes = [
        (x, y, x + TILE, y + TILE)
        for y in range(0, ROWS * TILE, TILE)
        for x in range(0, COLUMNS * TILE, TILE)
    ]
    options = {"quality": 60, "enc_params": {"preset": "ultrafast"}}
    return [part_of(saved(image.crop(box), "HEIF", **options)) for box in boxes]


def test_tiles_give_the_picture_that_decoding_at_once_gives(tiles):
    data = heif([COVER, *tiles], LINKS)

    reduced, whole = decode(data, limits=LOW), decode(data)

    assert (reduced.height, reduced.width) == (whole.height, whole.width) == (HEIGHT, WIDTH)
    assert reduced.notes == whole.notes
    difference = np.abs(reduced.pixels.astype(int) - whole.pixels)
    assert difference.mean() < 0.5
    assert difference.max() <= 8


def test_a_turn_and_the_colours_of_the_whole_picture_hold(tiles):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    cover = replace(
        COVER, properties=(*COVER.properties, (b"colr", b"prof" + profile), (b"irot", b"\1"))
    )
    data = heif([cover, *tiles], LINKS)

    reduced, whole = decode(data, limits=LOW), decode(data)

    assert (reduced.height, reduced.width) == (WIDTH, HEIGHT)
    assert [one.code for one in reduced.notes] == [one.code for one in whole.notes]
    assert reduced.notes[0].code == "profile_unusable"  # it is found, and is none of a picture


def test_it_weighs_what_is_kept_of_it_and_one_tile(tiles):
    with pytest.raises(TooHeavy) as refused:
        decode(heif([COVER, *tiles], LINKS), limits=LOW, most_weight=0)

    assert refused.value.weight == (ROWS * COLUMNS * 256**2 * 5 + TILE**2 * 10) // 8


def test_a_photograph_of_48_megapixels_is_read_and_a_larger_one_refused_with_what_to_do():
    tile = part_of(saved(Image.new("RGB", (TILE, TILE), (9, 90, 200)), "HEIF"))
    links = [(b"dimg", 1, tuple(range(2, 194)))]

    picture = decode(heif([grid(12, 16, 8064, 6048), *[tile] * 192], links, shared=True))
    with pytest.raises(PictureTooLarge) as refused:
        decode(heif([grid(12, 16, 8192, 6144), *[tile] * 192], links, shared=True))

    assert picture.pixels.shape == (512, 683, 3)
    assert np.abs(picture.pixels.astype(int) - (9, 90, 200)).max() <= 3
    assert "8,192 × 6,144" in str(refused.value)
    assert "HEIC picture of up to 50,000,000 pixels" in str(refused.value)
    assert "On an iPhone" in str(refused.value)


def test_what_is_no_plain_grid_keeps_the_limit_of_other_pictures(tiles):
    alone = saved(Image.new("RGB", (2100, 2000)), "HEIF", enc_params={"preset": "ultrafast"})
    cropped = COVER.with_property(b"clap", struct.pack(">8I", 3000, 1, 2400, 1, 0, 1, 0, 1))
    too_few = grid(ROWS, COLUMNS, WIDTH - TILE, HEIGHT)

    for data in (alone, *(heif([one, *tiles], LINKS) for one in (cropped, too_few))):
        with pytest.raises(PictureTooLarge) as refused:
            decode(data, limits=LOW)
        assert "HEIC picture of up to 2,500,000 pixels" in str(refused.value)


@pytest.mark.parametrize(("side", "count"), [(256, 9), (1024, 3)])
def test_a_tile_of_another_size_than_it_states_is_refused(tiles, side, count):
    lying = [one.with_property(*size(side, side)) for one in (tiles * 3)[: count**2]]
    links = [(b"dimg", 1, tuple(range(2, 2 + count**2)))]
    cover = grid(count, count, count * side, count * side)

    with pytest.raises(BrokenPicture, match="damaged, cut off"):
        decode(heif([cover, *lying], links), limits=LOW)
