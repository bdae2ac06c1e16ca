"""The orientation of the camera, which is all that is read from EXIF; nothing else is kept or shown."""

import struct

_ORIENTATION = 0x0112
_SHORT = 3


def orientation(exif: bytes) -> int:
    """Return the orientation, 1 to 8, in an EXIF block; 1 (upright) if it has none.

    Pillow is not used, since it warns and raises on the odd blocks that some cameras write. The layout is that
    of TIFF 6.0, section 2: byte order, offset of the first directory, its entries. The tag and its values are
    those of EXIF 2.3, section 4.6.4, Orientation.
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
