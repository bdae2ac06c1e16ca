"""What a decoder does not read in a BMP: an embedded ICC profile, and 32-bit pixels in any order of channels."""

import struct

import numpy as np
from numpy.typing import NDArray

_FILE_HEADER, _INFO_HEADER, _V3_HEADER, _V4_HEADER, _V5_HEADER = 14, 40, 56, 108, 124  # bytes
_DEPTH, _MASKS, _COLOUR_SPACE, _PROFILE = 14, 40, 56, 112  # places in the header
_BIT_FIELDS = (3, 6)  # compressions: masks for red, green, blue, and with 6 for alpha
_EMBEDDED = b"DEBM"  # 'MBED', written from its last letter
_BGRA = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)

Masks = tuple[int, int, int, int]


def embedded_profile(data: bytes) -> bytes | None:
    """Return the ICC profile in a BMP (BITMAPV5HEADER); None if it has none."""
    start = _FILE_HEADER
    if len(data) < start + _V5_HEADER or _header_size(data) != _V5_HEADER:
        return None
    if data[start + _COLOUR_SPACE :][:4] != _EMBEDDED:
        return None
    place, length = struct.unpack_from("<II", data, start + _PROFILE)
    return data[start + place : start + place + length] or None


def ordinary_bmp(data: bytes) -> tuple[bytes, bool]:
    """Return a BMP with 32 bits a pixel as blue, green, red, alpha, and whether its alpha was left out.

    Alpha is left out where all of it is 0: programs that write no alpha leave 0 there. Other files stay as they
    are.

    Raises:
        struct.error: the file ends in its header.
    """
    size = _header_size(data)
    depth, compression = struct.unpack_from("<HI", data, _FILE_HEADER + _DEPTH)
    if size < _INFO_HEADER or depth != 32 or compression not in _BIT_FIELDS:
        return data, False
    masks = _masks(data, size, compression)
    (start,) = struct.unpack_from("<I", data, 10)
    width, height = struct.unpack_from("<ii", data, _FILE_HEADER + 4)
    count = max(width, 0) * abs(height)
    if len(data) - start < 4 * count:
        return data, False  # cut off, as its decoder will say
    words = np.frombuffer(data, "<u4", count, start)
    channels = np.stack([_channel(words, masks[place]) for place in (2, 1, 0, 3)], axis=-1)
    hidden = bool(masks[3]) and not channels[..., 3].any()
    alpha = masks[3] and not hidden
    header = struct.pack("<IiiHHI", _V4_HEADER, width, height, 1, 32, 3 if alpha else 0)
    header = header.ljust(_MASKS, b"\0") + struct.pack("<4I", *_BGRA)
    header = header.ljust(_V4_HEADER, b"\0")
    place = _FILE_HEADER + _V4_HEADER
    head = b"BM" + struct.pack("<IHHI", place + channels.nbytes, 0, 0, place)
    return head + header + channels.tobytes(), hidden


def _header_size(data: bytes) -> int:
    return int.from_bytes(data[_FILE_HEADER : _FILE_HEADER + 4], "little")


def _masks(data: bytes, size: int, compression: int) -> Masks:
    """Return the masks of red, green, blue and alpha, which follow a short header and are part of a long one."""
    red, green, blue, alpha = struct.unpack_from("<4I", data, _FILE_HEADER + _MASKS)
    return red, green, blue, alpha if size >= _V3_HEADER or compression == 6 else 0


def _channel(words: NDArray[np.uint32], mask: int) -> NDArray[np.uint8]:
    """Return the bits of a mask as levels from 0 to 255, rounded."""
    if not mask:
        return np.zeros(words.shape, np.uint8)
    shift = (mask & -mask).bit_length() - 1
    most = mask >> shift
    values = (words & np.uint32(mask)) >> np.uint32(shift)
    return ((values.astype(np.uint64) * 255 + most // 2) // most).astype(np.uint8)
