"""Pictures and files that tests and tools share."""

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def photograph(height: int, width: int) -> Image.Image:
    """Return smooth colours that are different everywhere, so that every rotation and crop is visible."""
    y, x = np.mgrid[0:height, 0:width]
    red, green = 255 * x // max(width - 1, 1), 255 * y // max(height - 1, 1)
    blue = 128 + 100 * np.sin(x / 9) * np.cos(y / 7)
    return Image.fromarray(np.stack([red, green, blue], axis=-1).astype(np.uint8))


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a PNG chunk (PNG specification, section 5.3)."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *chunks: bytes) -> bytes:
    """Return a hand-made PNG; `rows` include their filter bytes, `chunks` come before the data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [
        chunk(b"IHDR", header),
        *chunks,
        chunk(b"IDAT", zlib.compress(rows)),
        chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg_that_claims(width: int, height: int, **options: Any) -> bytes:
    """Return a small JPEG whose header states another size: whoever decodes it fails."""
    data = saved(photograph(8, 8), "JPEG", **options)
    frame = b"\xff\xc2" if options.get("progressive") else b"\xff\xc0"
    place = data.index(frame) + 5
    return data[:place] + struct.pack(">HH", height, width) + data[place + 4 :]
