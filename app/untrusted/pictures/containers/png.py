"""The chunks of a PNG (PNG specification, section 5), reduced to those that make up the picture."""

from app.messages import sentence
from app.untrusted.pictures.errors import BrokenPicture

_SIGNATURE = 8  # bytes
_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"sRGB", b"eXIf", b"acTL", b"fcTL", b"IDAT", b"IEND")
)
_MOST_CHUNKS = 20_000  # usual files have one for every few KiB; Pillow reads them in Python


def lean_png(data: bytes) -> bytes:
    """Return the file without text, later frames and unknown chunks, which can be costly to inflate or parse.

    Damage is left for the decoder to find.

    Raises:
        BrokenPicture: too many chunks, or more than one profile (each would be inflated).
    """
    parts, place, profiles = [data[:_SIGNATURE]], _SIGNATURE, 0
    for _ in range(_MOST_CHUNKS):
        length, name = data[place : place + 4], data[place + 4 : place + 8]
        end = place + 12 + int.from_bytes(length, "big")
        if name in _KEPT or not name.isalpha():
            parts.append(data[place:end])
        profiles += name == b"iCCP"
        place = end
        if name == b"IEND" or place >= len(data):
            break
    else:
        raise BrokenPicture(
            sentence(
                "The PNG is cut into more than {most:,} chunks; the same picture saved again "
                "would work.",
                most=_MOST_CHUNKS,
            )
        )
    if profiles > 1:
        raise BrokenPicture(
            sentence(
                "The PNG has {profiles:,} colour profiles; the same picture saved again would "
                "work.",
                profiles=profiles,
            )
        )
    return b"".join(parts)
