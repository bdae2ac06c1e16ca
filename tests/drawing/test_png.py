import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.drawing import png
from app.drawing.colormaps import GREY, SIGNED
from app.drawing.png import encode_png, encode_rgb_png


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    image.getexif()
    return image


@given(
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    seed=st.integers(0, 1000),
    threads=st.sampled_from([1, 1, 2, 3]),
    smooth=st.booleans(),
)
def test_pillow_reads_back_the_very_indices_and_colours(height, width, seed, threads, smooth):
    chance = np.random.default_rng(seed)
    indices = chance.integers(0, 256, (height, width), np.uint8)
    palette = chance.integers(0, 256, (256, 3), np.uint8)

    image = opened(encode_png(indices, palette, threads=threads, smooth=smooth))

    assert image.mode == "P"
    np.testing.assert_array_equal(np.asarray(image), indices)
    np.testing.assert_array_equal(np.asarray(image.convert("RGB")), palette[indices])


def test_only_the_first_colour_is_transparent_and_only_if_asked():
    indices = np.array([[0, 1, 128, 255]], np.uint8)

    shown = np.asarray(opened(encode_png(indices, SIGNED)).convert("RGBA"))
    assert shown[0, :, 3].tolist() == [0, 255, 255, 255]

    grey = np.asarray(opened(encode_png(indices, GREY, transparent_first=False)).convert("RGBA"))
    assert grey[0].tolist() == [[0, 0, 0, 255], [1, 1, 1, 255], [128] * 3 + [255], [255] * 4]


def test_several_threads_write_the_same_picture_of_a_large_sheet():
    smooth = np.add.outer(np.arange(1500), np.arange(1400)).astype(np.uint8)

    for threads in (1, 2, 4):
        data = encode_png(smooth, SIGNED, threads=threads)
        np.testing.assert_array_equal(np.asarray(opened(data)), smooth)
        assert len(data) < smooth.size / 20


def test_views_that_are_not_contiguous_are_encoded_as_they_look():
    base = np.random.default_rng(0).integers(0, 256, (40, 60), np.uint8)

    image = opened(encode_png(base[::2, 5:50:3].T, SIGNED))

    np.testing.assert_array_equal(np.asarray(image), base[::2, 5:50:3].T)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 5), (64, 33)])
def test_pillow_reads_back_every_pixel_of_a_picture(height, width):
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)

    image = opened(encode_rgb_png(pixels))

    assert image.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(image), pixels)


def test_pillow_finds_no_fault_in_the_checksums():
    data = encode_png(np.arange(256, dtype=np.uint8).reshape(16, 16), SIGNED, threads=2)

    Image.open(BytesIO(data)).verify()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_large_picture_is_packed_in_strips_without_a_seam(threads):
    pixels = np.random.default_rng(0).integers(0, 256, (2300, 1700), np.uint8)
    assert pixels.size > threads * png._STRIP_BYTES

    data = encode_png(pixels, SIGNED, threads=threads)

    np.testing.assert_array_equal(np.asarray(opened(data)), pixels)
    start = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[start - 4 : start])
    zlib.decompress(data[start + 4 : start + 4 + length])  # fails where the checksum is wrong


def test_rows_that_have_nothing_in_common_are_smaller_as_they_are():
    chance = np.random.default_rng(5)
    noise = chance.choice(np.array([128, 131, 134], np.uint8), (200, 200))
    slope = np.add.outer(np.arange(200), np.arange(200)).astype(np.uint8)

    for indices, smooth in ((noise, False), (slope, True)):
        sizes = {one: len(encode_png(indices, SIGNED, smooth=one)) for one in (True, False)}
        assert sizes[smooth] < 0.8 * sizes[not smooth]
