"""The one thing read from EXIF: how the camera was held. Nothing else of it is kept or shown."""

import struct

_ORIENTATION = 0x0112
_SHORT = 3


def orientation(exif: bytes) -> int:
    """Return the orientation 1 to 8 that an EXIF block states; 1, upright, where it states none.

    Read here and not by Pillow, which warns and raises on the odd blocks that cameras write. The
    layout is that of TIFF 6.0, section 2: byte order, place of the first directory, its entries.
    """
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        return _first_directory(block, order)
    except struct.error:  # the block ends too early
        return 1


def _first_directory(block: bytes, order: str) -> int:
    (start,) = struct.unpack_from(f"{order}I", block, 4)
    (entries,) = struct.unpack_from(f"{order}H", block, start)
    for entry in range(entries):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, start + 2 + 12 * entry)
        if tag == _ORIENTATION:
            return value if kind == _SHORT and 1 <= value <= 8 else 1
    return 1
