"""32-bit BMPs as programs write them: any order of channels, with and without alpha, in every header."""

import struct

import numpy as np
import pytest

from app.messages import note
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import BrokenPicture
from tools.picture_files.photographs import photograph

PIXELS = np.asarray(photograph(3, 5))
ORDERS = {
    "BGRX": (0xFF0000, 0xFF00, 0xFF, 0),
    "BGRA": (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
    "RGBX": (0xFF, 0xFF00, 0xFF0000, 0),
    "RGBA": (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
    "XRGB": (0xFF00, 0xFF0000, 0xFF000000, 0),
    "10 bits": (0x3FF00000, 0xFFC00, 0x3FF, 0),
    "10 bits, alpha": (0x3FF, 0xFFC00, 0x3FF00000, 0xC0000000),
}


def bmp(masks: tuple[int, ...], *, header: int, compression: int = 3, alpha: int = 255) -> bytes:
    """Return PIXELS in 32-bit words; masks follow a header of 40 bytes and are in a longer one."""
    height, width, _ = PIXELS.shape
    words = np.zeros((height, width), np.uint32)
    levels = (*PIXELS.transpose(2, 0, 1), np.full(words.shape, alpha))
    for values, mask in zip(levels, masks, strict=True):
        if mask:
            shift = (mask & -mask).bit_length() - 1
            words |= np.rint(values / 255 * (mask >> shift)).astype(np.uint32) << np.uint32(shift)
    body = words[::-1].astype("<u4").tobytes()
    head = struct.pack("<IiiHHIIiiII", header, width, height, 1, 32, compression, 0, 0, 0, 0, 0)
    if header > 40 or compression == 6:
        head += struct.pack("<4I", *masks)
        head = head.ljust(header, b"\0")[: max(header, 56 if compression == 6 else 0)]
    else:
        head += struct.pack("<3I", *masks[:3])
    start = 14 + len(head)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + head + body


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("header", [40, 52, 56, 108, 124])
def test_any_order_of_channels_is_read(order, header):
    masks = ORDERS[order]
    if header in (40, 52):
        masks = (*masks[:3], 0)  # there is no place for a mask of alpha

    picture = decode(bmp(masks, header=header))

    np.testing.assert_allclose(picture.pixels, PIXELS, atol=1)
    assert picture.notes == ()


@pytest.mark.parametrize("order", ["BGRA", "RGBA"])
def test_masks_with_alpha_after_a_short_header_are_read(order):
    picture = decode(bmp(ORDERS[order], header=40, compression=6))

    np.testing.assert_array_equal(picture.pixels, PIXELS)


@pytest.mark.parametrize("order", ["BGRA", "RGBA", "10 bits, alpha"])
@pytest.mark.parametrize("header", [56, 124])
def test_where_all_of_alpha_is_0_none_was_meant_and_that_is_said(order, header):
    picture = decode(bmp(ORDERS[order], header=header, alpha=0))

    np.testing.assert_allclose(picture.pixels, PIXELS, atol=1)
    assert picture.notes == (note("no_alpha"),)


def test_alpha_that_says_something_is_kept():
    data = bytearray(bmp(ORDERS["BGRA"], header=108))
    data[-1] = 0

    picture = decode(bytes(data))

    assert tuple(picture.pixels[0, -1]) == (255, 255, 255)
    assert picture.notes == (note("on_white"),)


@pytest.mark.parametrize("length", [60, 100, 140, 180])
def test_a_bmp_cut_off_is_called_broken(length):
    with pytest.raises(BrokenPicture, match="cut off"):
        decode(bmp(ORDERS["RGBA"], header=108)[:length])
