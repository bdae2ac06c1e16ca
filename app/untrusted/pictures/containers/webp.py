"""The size of a WebP (RFC 9649, sections 2.5 to 2.7), known before its decoder takes memory for it."""

import struct

_FIRST_CHUNK, _BODY = 12, 20  # offsets in the file


def webp_size(data: bytes) -> tuple[int, int]:
    """Return the width and height that the first chunk states.

    Raises:
        ValueError: there is no such chunk.
        struct.error: the header is cut off.
    """
    kind = data[_FIRST_CHUNK : _FIRST_CHUNK + 4]
    if kind == b"VP8X":  # flags, then the canvas as two numbers of 24 bits
        low_width, high_width, low_height, high_height = struct.unpack_from(
            "<HBHB", data, _BODY + 4
        )
        return (low_width | high_width << 16) + 1, (low_height | high_height << 16) + 1
    if kind == b"VP8L":  # a signature, then two numbers of 14 bits
        (bits,) = struct.unpack_from("<I", data, _BODY + 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":  # a frame tag and a start code
        width, height = struct.unpack_from("<HH", data, _BODY + 6)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError(f"a WebP that starts with {kind!r}")
