"""The blocks of a GIF (GIF89a): how many precede the first frame, and whether a second frame follows."""

import struct

from app.messages import sentence
from app.untrusted.pictures.errors import BrokenPicture

_MOST_BLOCKS_BEFORE = 20_000  # each of up to 255 bytes; Pillow reads them in Python
_MOST_BLOCKS_OF_A_FRAME = 200_000
_EXTENSION, _FRAME, _END = b"!", b",", b";"


def check_gif(data: bytes) -> tuple[int, int]:
    """Return the width and height of the canvas, enlarged to hold the first frame.

    Pillow may allocate it while it opens the file, so the size has to be checked before.

    Raises:
        BrokenPicture: very many blocks, such as comments, precede the first frame.
        struct.error: the header is cut off.
    """
    flags = data[10] if len(data) > 10 else 0
    place = 13 + (6 << (flags & 7) if flags & 0x80 else 0)
    blocks = 0
    while (introducer := data[place : place + 1]) not in (b"", _FRAME, _END):
        blocks += 1
        if introducer != _EXTENSION:  # skipped byte by byte, as Pillow does
            place += 1
        else:
            passed, place = _blocks(data, place + 2)
            blocks += passed
        if blocks > _MOST_BLOCKS_BEFORE:
            raise BrokenPicture(
                sentence(
                    "The GIF has more than {most:,} blocks before its first frame; the same picture "
                    "saved again would work.",
                    most=_MOST_BLOCKS_BEFORE,
                )
            )
    width, height = struct.unpack_from("<HH", data, 6)
    if introducer != _FRAME:
        return width, height
    left, top, across, down = struct.unpack_from("<HHHH", data, place + 1)
    return max(width, left + across), max(height, top + down)


def _blocks(data: bytes, place: int) -> tuple[int, int]:
    """Return the number of blocks of an extension, and the offset after them."""
    for count in range(_MOST_BLOCKS_BEFORE):
        length = data[place : place + 1]
        if length in (b"", b"\0"):
            return count, place + 1
        place += 1 + length[0]
    return _MOST_BLOCKS_BEFORE, place


def gif_goes_on(data: bytes, offset: int) -> bool:
    """Return whether a GIF has another frame after the one whose pixel data starts at `offset`.

    Pillow's `is_animated` answers this too, but without a limit on its work.
    """
    for _ in range(_MOST_BLOCKS_OF_A_FRAME):
        length = data[offset : offset + 1]
        if length not in (b"", b"\0"):
            offset += 1 + length[0]
            continue
        introducer = data[offset + 1 : offset + 2]
        if introducer != b"!":
            return introducer == b","
        offset += 3  # past the terminator, and the introducer and label of an extension, to its first block
    return False
