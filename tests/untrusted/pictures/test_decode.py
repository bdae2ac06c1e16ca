import random
import struct
import subprocess
import sys
import threading
import warnings
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.messages import note
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import BrokenPicture, NotAPicture, PictureError
from app.untrusted.pictures.formats import ACCEPTED
from tools.picture_files.photographs import chunk, photograph, png, saved

SMALL = photograph(40, 60)
LOSSLESS = [("PNG", {}), ("BMP", {}), ("WEBP", {"lossless": True})]
LOSSY = [("JPEG", {"quality": 95}), ("WEBP", {"quality": 95})]
LOSSY += [("AVIF", {"quality": 95})] if "AVIF" in ACCEPTED else []
LOSSY += [("HEIF", {"quality": 95})] if "HEIC" in ACCEPTED else []
ALL = [*LOSSLESS, *LOSSY, ("GIF", {}), ("JPEG", {"progressive": True})]


@pytest.mark.parametrize(("kind", "options"), LOSSLESS)
def test_a_lossless_picture_keeps_every_pixel(kind, options):
    picture = decode(saved(SMALL, kind, **options))

    np.testing.assert_array_equal(picture.pixels, np.asarray(SMALL))
    assert (picture.height, picture.width, picture.notes) == (40, 60, ())


@pytest.mark.parametrize(("kind", "options"), LOSSY)
def test_a_lossy_picture_stays_near_its_colours(kind, options):
    picture = decode(saved(SMALL, kind, **options))

    difference = np.abs(picture.pixels.astype(int) - np.asarray(SMALL))
    assert picture.pixels.shape == (40, 60, 3)
    assert difference.mean() < 6
    assert picture.notes == ()


def test_pixels_are_read_only_bytes():
    pixels = decode(saved(SMALL, "PNG")).pixels

    assert pixels.dtype == np.uint8
    assert not pixels.flags.writeable


def test_a_one_bit_picture_is_black_and_white():
    values = np.array([[0, 255, 0], [255, 255, 0]], np.uint8)

    picture = decode(saved(Image.fromarray(values).convert("1"), "PNG"))

    np.testing.assert_array_equal(picture.pixels, np.repeat(values[..., None], 3, axis=2))


def test_a_grey_picture_has_three_equal_channels():
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)

    picture = decode(saved(Image.fromarray(values), "PNG"))

    np.testing.assert_array_equal(picture.pixels, np.repeat(values[..., None], 3, axis=2))


def test_sixteen_bit_grey_is_divided_by_257():
    values = np.array([[0, 128, 129, 257], [32_768, 65_278, 65_406, 65_407], [1, 2, 3, 65_535]])
    expected = np.array([[0, 0, 1, 1], [128, 254, 254, 255], [0, 0, 0, 255]])  # v / 257, rounded

    picture = decode(saved(Image.fromarray(values.astype(np.uint16)), "PNG"))

    np.testing.assert_array_equal(picture.pixels, np.repeat(expected[..., None], 3, axis=2))
    assert picture.notes == (note("fewer_bits", bits=16),)


def test_sixteen_bit_colour_is_said_to_be_reduced():
    row = b"\0" + struct.pack(">6H", 0, 0x8080, 0xFFFF, 0x1212, 0x3434, 0x5656)

    picture = decode(png(2, 1, 16, 2, row))

    np.testing.assert_array_equal(picture.pixels, [[[0, 0x80, 0xFF], [0x12, 0x34, 0x56]]])
    assert picture.notes == (note("fewer_bits", bits=16),)


def test_transparency_is_shown_on_white():
    image = Image.new("RGBA", (4, 1))
    for x, colour in enumerate(
        [(255, 0, 0, 255), (255, 0, 0, 0), (0, 0, 0, 128), (10, 20, 30, 51)]
    ):
        image.putpixel((x, 0), colour)

    picture = decode(saved(image, "PNG"))

    # (a * colour + (255 - a) * 255) / 255, for example (51 * 10 + 204 * 255) / 255 = 206
    expected = [[[255, 0, 0], [255, 255, 255], [127, 127, 127], [206, 208, 210]]]
    np.testing.assert_allclose(picture.pixels, expected, atol=1)
    assert picture.notes == (note("on_white"),)


def test_an_alpha_band_that_hides_nothing_is_not_mentioned():
    assert decode(saved(SMALL.convert("RGBA"), "PNG")).notes == ()


def test_grey_with_alpha_is_shown_on_white():
    image = Image.merge("LA", (Image.new("L", (2, 1), 100), Image.new("L", (2, 1), 0)))
    image.putpixel((1, 0), (100, 255))

    picture = decode(saved(image, "PNG"))

    np.testing.assert_array_equal(picture.pixels, [[[255] * 3, [100] * 3]])


def test_hidden_colours_do_not_bleed_in_when_the_picture_is_reduced():
    pixels = np.zeros((1200, 1200, 4), np.uint8)
    pixels[:, 600:] = (0, 0, 255, 255)
    pixels[:, :600, 0] = 255  # red, but wholly transparent

    picture = decode(saved(Image.fromarray(pixels), "PNG"))

    assert picture.pixels.shape == (512, 512, 3)
    red, green, _ = picture.pixels.astype(int).transpose(2, 0, 1)
    assert np.abs(red - green).max() <= 2  # blue, white and what lies between: never reddish


def test_a_palette_with_a_transparent_colour_is_shown_on_white():
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    for x in range(3):
        image.putpixel((x, 0), x)

    for kind in ("PNG", "GIF"):
        picture = decode(saved(image, kind, transparency=1))
        np.testing.assert_array_equal(picture.pixels, [[[255, 0, 0], [255] * 3, [0, 0, 255]]])
        assert picture.notes == (note("on_white"),)


def test_a_palette_with_half_transparent_colours_is_shown_on_white():
    palette = chunk(b"PLTE", bytes([200, 0, 0, 0, 100, 0])) + chunk(b"tRNS", bytes([255, 51]))

    picture = decode(png(2, 1, 8, 3, b"\0\0\1", palette))

    np.testing.assert_allclose(picture.pixels, [[[200, 0, 0], [204, 224, 204]]], atol=1)


TURNED = {  # what a viewer does with the stored rows, by the EXIF standard (CIPA DC-008, 4.6.5)
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: a[::-1].transpose(1, 0, 2),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: a[:, ::-1].transpose(1, 0, 2),
}


@pytest.mark.parametrize("turn", TURNED)
@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_the_picture_is_turned_as_its_exif_says(kind, options, turn):
    exif = Image.Exif()
    exif[0x0112] = turn

    picture = decode(saved(SMALL, kind, exif=exif, **options))

    expected = TURNED[turn](np.asarray(SMALL))
    np.testing.assert_array_equal(picture.pixels, expected)
    assert (picture.height, picture.width) == expected.shape[:2]
    assert bool(picture.notes) == (turn != 1)


@pytest.mark.parametrize("turn", [1, 3, 6, 8])
def test_a_large_jpeg_is_turned_and_reduced_to_its_shorter_side(turn):
    large, exif = photograph(1500, 2000), Image.Exif()
    exif[0x0112] = turn

    picture = decode(saved(large, "JPEG", quality=95, exif=exif))

    expected = TURNED[turn](np.asarray(large.resize((683, 512), Image.Resampling.LANCZOS)))
    assert picture.pixels.shape == expected.shape
    assert np.abs(picture.pixels.astype(int) - expected).mean() < 2
    before, after = ((2000, 1500), (683, 512)) if turn in (1, 3) else ((1500, 2000), (512, 683))
    sizes = {"from_width": before[0], "from_height": before[1], "width": after[0]}
    assert picture.notes[-1] == note("reduced", **sizes, height=after[1])


@pytest.mark.parametrize(("height", "width"), [(512, 700), (40, 9000), (1, 1)])
def test_a_picture_with_a_short_side_is_never_resized(height, width):
    assert decode(saved(photograph(height, width), "PNG")).pixels.shape == (height, width, 3)


@pytest.mark.parametrize(("height", "width"), [(513, 513), (1025, 600), (2047, 1031)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_is_larger_gets_a_shorter_side_of_512_in_proportion(kind, height, width):
    shape = decode(saved(photograph(height, width), kind)).pixels.shape

    assert min(shape[:2]) == 512
    assert shape[0] / shape[1] == pytest.approx(height / width, rel=0.002)


@pytest.mark.parametrize(("kind", "options"), ALL)
def test_a_file_cut_off_anywhere_is_refused_or_loses_nothing(kind, options):
    data = saved(SMALL, kind, **options)
    whole = decode(data).pixels

    for length in [*range(1, 40, 3), *range(40, len(data), max(len(data) // 40, 1))]:
        try:
            pixels = decode(data[:length]).pixels
        except (BrokenPicture, NotAPicture):
            continue
        np.testing.assert_array_equal(pixels, whole, err_msg=f"{length} of {len(data)} bytes")


@pytest.mark.parametrize(("kind", "options"), ALL)
def test_a_file_cut_in_half_is_called_broken(kind, options):
    data = saved(SMALL, kind, **options)

    with pytest.raises(BrokenPicture, match="damaged, cut off"):
        decode(data[: len(data) // 2])


@pytest.mark.parametrize(("kind", "options"), ALL)
def test_whatever_happens_to_a_file_it_is_a_picture_or_refused(kind, options):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(SMALL, kind, **options, **({} if kind in ("BMP", "GIF") else {"exif": exif}))
    chance = random.Random(f"{kind} {options}")

    for _ in range(80):
        mutant = bytearray(data)
        for _ in range(chance.choice([1, 3, 10])):
            place = chance.randrange(chance.choice([60, len(data)]))  # headers are hit more often
            mutant[place] = chance.randrange(256)
        assert outcome(bytes(mutant)) in ("picture", "refused")


def outcome(data: bytes) -> str:
    try:
        pixels = decode(data).pixels
    except PictureError as refused:
        return "refused" if "would work" in str(refused) else str(refused)
    return "picture" if 1 <= min(pixels.shape[:2]) <= 512 else f"{pixels.shape}"


def test_no_text_of_the_decoder_reaches_the_reader():
    data = saved(SMALL, "PNG")
    damaged = data[:40] + b"\xff" * 20 + data[60:]
    with pytest.raises(Exception) as pillows:  # noqa: PT011 - which one is Pillow's affair
        Image.open(BytesIO(damaged)).load()

    with pytest.raises(BrokenPicture) as refused:
        decode(damaged)

    assert str(pillows.value) not in str(refused.value)
    assert "IDAT" not in str(refused.value)


def odd_exif() -> bytes:
    """A JPEG whose EXIF promises more than it holds: Pillow warns about it."""
    lie = b"Exif\0\0II*\0" + struct.pack("<IHHHII", 8, 1, 0x010F, 2, 5000, 60_000) + b"\0" * 4
    data = saved(SMALL, "JPEG")
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(lie) + 2) + lie + data[2:]


def test_what_pillow_warns_about_does_not_leak_out():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Image.open(BytesIO(odd_exif())).getexif()
    assert caught, "the file no longer makes Pillow warn: the test needs another"

    assert decode(odd_exif()).pixels.shape == (40, 60, 3)  # warnings are errors here


def test_pillows_warnings_stay_silent_with_many_threads_and_strict_warnings():
    failures = []

    def work() -> None:
        for _ in range(20):
            try:
                decode(odd_exif())
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_warnings_of_other_modules_are_still_heard():
    decode(saved(SMALL, "PNG"))

    with pytest.raises(UserWarning, match="ours"):
        warnings.warn("ours", UserWarning, stacklevel=1)


def test_importing_the_decoder_leaves_pillows_switches_alone():
    code = (
        "from PIL import Image, ImageFile\n"
        "before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES\n"
        "import app.untrusted.pictures.decode\n"
        "assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)\n"
        "assert not ImageFile.LOAD_TRUNCATED_IMAGES\n"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
