import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.untrusted.pictures.decode import DecodeLimits, decode
from app.untrusted.pictures.errors import BrokenPicture, PictureTooLarge
from app.untrusted.pictures.limits import TooHeavy
from tools.picture_files.photographs import chunk, jpeg_that_claims, photograph, png, saved


def header_only(width: int, height: int) -> bytes:
    """A PNG without one pixel: whoever decodes it fails, and whoever reads its header does not."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"")


@pytest.mark.parametrize(
    ("width", "height", "given"),
    [(5001, 5000, "25,005,000"), (10_001, 1, "10,001 × 1"), (1, 10_001, "1 × 10,001")],
)
def test_a_size_over_the_limits_is_refused_before_anything_is_decoded(width, height, given):
    with pytest.raises(PictureTooLarge) as refused:
        decode(header_only(width, height))

    assert given in str(refused.value)
    assert "25,000,000 pixels and 10,000 a side would work" in str(refused.value)


def test_a_size_within_the_limits_comes_to_the_decoder():
    with pytest.raises(BrokenPicture):
        decode(header_only(5000, 5000))


def test_a_size_that_pillow_refuses_itself_is_refused_in_our_words():
    with pytest.raises(PictureTooLarge) as refused:
        decode(header_only(30_000, 30_000))

    assert "900,000,000 pixels" in str(refused.value)
    assert "25,000,000 pixels" in str(refused.value)
    assert "bomb" not in str(refused.value)


def lossless_webp(width: int, height: int) -> bytes:
    """The header of a WebP, by its lossless bitstream specification, section 3, and few zeros."""
    bits = (width - 1) | (height - 1) << 14
    data = b"\x2f" + struct.pack("<I", bits) + b"\x88\x88\x08\0\0\0\0"
    size = struct.pack("<I", len(data))
    return b"RIFF" + struct.pack("<I", len(data) + 12) + b"WEBPVP8L" + size + data


def bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IIIIiiHH6I", 54, 0, 54, 40, width, height, 1, 24, *[0] * 6)


def gif(width: int, height: int) -> bytes:
    """A GIF whose frame asks to be cleared afterwards, for which Pillow reserves it on opening."""
    control = b"!\xf9\x04" + bytes([0b1001]) + b"\0\0\0\0"
    screen = struct.pack("<HHBBB", width, height, 0, 0, 0)
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x01\x44\0;"
    return b"GIF89a" + screen + control + frame


@pytest.mark.parametrize("build", [lossless_webp, bmp, gif])
def test_small_files_that_claim_to_be_huge_are_too_large(build):
    data = build(12_000, 14_000)
    assert len(data) < 100

    with pytest.raises(PictureTooLarge):
        decode(data)


def test_the_limits_can_be_set():
    data = saved(photograph(30, 40), "PNG")

    assert decode(data, limits=DecodeLimits(max_pixels=1200, max_side=40)).width == 40
    with pytest.raises(PictureTooLarge, match=r"1,200 pixels; up to 1,199 pixels"):
        decode(data, limits=DecodeLimits(max_pixels=1199))
    with pytest.raises(PictureTooLarge, match="39 a side"):
        decode(data, limits=DecodeLimits(max_side=39))


def test_the_scans_of_a_thumbnail_or_of_what_follows_the_picture_are_not_counted():
    data, scans = saved(photograph(60, 60), "JPEG"), b"\xff\xda" * 500
    comment = b"\xff\xfe" + struct.pack(">H", len(scans) + 2) + scans

    assert decode(data[:2] + comment + data[2:] + scans).width == 60


def test_a_plain_png_of_a_usual_size_passes():
    rows = np.zeros((700, 801), np.uint8).tobytes()

    assert decode(png(800, 700, 8, 0, rows)).height == 700
    assert Image.open(BytesIO(png(800, 700, 8, 0, rows))).size == (800, 700)


def weight_of(data: bytes) -> int:
    with pytest.raises(TooHeavy) as refused:
        decode(data, most_weight=0)
    decode(data, most_weight=refused.value.weight)
    return refused.value.weight


@pytest.mark.parametrize(
    ("mode", "kind", "options", "bytes_of_a_pixel"),
    [
        ("RGB", "PNG", {}, 5),
        ("RGBA", "PNG", {}, 9),
        ("RGB", "WEBP", {}, 16),
        ("RGBA", "WEBP", {}, 16),
        ("RGB", "WEBP", {"lossless": True}, 16),
        ("RGB", "JPEG", {}, 5),
        (
            "RGB",
            "JPEG",
            {"progressive": True, "subsampling": 0},
            5 + 3 * 2,
        ),  # two for a coefficient
        (
            "RGB",
            "JPEG",
            {"progressive": True},
            5 + 3,
        ),  # half of which are there: colours are coarser
        ("L", "JPEG", {"progressive": True}, 5 + 2),
    ],
)
def test_decoding_starts_only_where_what_it_takes_is_set_aside(
    mode, kind, options, bytes_of_a_pixel
):
    data = saved(photograph(40, 60).convert(mode), kind, **options)

    assert weight_of(data) == 40 * 60 * bytes_of_a_pixel // 8


def test_a_large_jpeg_weighs_what_it_is_decoded_at():
    data = saved(Image.new("RGB", (4096, 4096)), "JPEG")

    assert weight_of(data) == 512 * 512 * 5 // 8  # at an eighth of its sides


@pytest.fixture(scope="module")
def large() -> bytes:
    return saved(Image.new("L", (4096, 4096), 90), "JPEG")  # decoded at an eighth: 512 × 512


@pytest.fixture(scope="module")
def large_progressive() -> bytes:
    return saved(Image.new("RGB", (4096, 4096)), "JPEG", progressive=True)


def test_the_limits_hold_for_what_is_decoded_of_a_jpeg(large):
    picture = decode(large, limits=DecodeLimits(max_pixels=512 * 512, max_side=512))

    assert (picture.height, picture.width) == (4096, 4096)
    with pytest.raises(PictureTooLarge, match=r"up to 262,143 pixels and 10,000 a side would"):
        decode(large, limits=DecodeLimits(max_pixels=512 * 512 - 1))
    with pytest.raises(PictureTooLarge, match=r"4,096 × 4,096.* 511 a side would work"):
        decode(large, limits=DecodeLimits(max_side=511))


def test_a_jpeg_has_a_limit_on_its_file_as_well(large):
    with pytest.raises(PictureTooLarge) as refused:
        decode(large, limits=DecodeLimits(max_jpeg_pixels=4096 * 4096 - 1))

    assert str(refused.value) == (
        "The picture is 4,096 × 4,096, which is 16,777,216 pixels; a JPEG of up to 16,777,215 pixels would "
        "work."
    )


@pytest.mark.parametrize(
    ("side", "said"),
    [
        (16_000, "a JPEG of up to 200,000,000 pixels would work"),  # decoded at 2,000
        (65_000, "up to 25,000,000 pixels and 10,000 a side would work"),
    ],
)
def test_a_jpeg_over_the_limit_of_pillow_is_refused_in_our_words(side, said):
    with pytest.raises(PictureTooLarge, match=said):
        decode(jpeg_that_claims(side, side))


def test_a_progressive_jpeg_may_keep_as_much_as_other_formats_take(large_progressive):
    # The pixels of other formats, of 20 bytes each, for 3 bytes each.
    most = 4096 * 4096 * 3 // 20 + 1

    assert decode(large_progressive, limits=DecodeLimits(max_pixels=most)).width == 4096
    with pytest.raises(PictureTooLarge) as refused:
        decode(large_progressive, limits=DecodeLimits(max_pixels=most - 1))
    assert "in a progressive JPEG" in str(refused.value)
    assert "up to 16,777,213 pixels, or the same picture saved as" in str(refused.value)


def test_a_large_jpeg_costs_what_is_decoded_and_not_what_is_stated(monkeypatch, large):
    made: list[int] = []
    monkeypatch.setattr(Image.Image, "_new", counting(Image.Image._new, made))

    decode(large)

    assert max(made) <= 512 * 512


def counting(make, made):
    def new(self, core):
        made.append(core.size[0] * core.size[1])
        return make(self, core)

    return new


def test_a_picture_over_the_limits_is_not_said_to_be_heavy():
    with pytest.raises(PictureTooLarge):
        decode(header_only(5001, 5000), most_weight=0)
