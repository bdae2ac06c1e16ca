"""The chunks of a PNG (PNG specification, section 5), reduced to those that make up the picture."""

_SIGNATURE = 8  # bytes
_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"sRGB", b"eXIf", b"acTL", b"fcTL", b"IDAT", b"IEND")
)


def lean_png(data: bytes) -> bytes:
    """Return the file without text, later frames and unknown chunks: nothing of them is shown.

    Damage is left for the decoder to find.
    """
    parts, place = [data[:_SIGNATURE]], _SIGNATURE
    while place < len(data):
        length, name = data[place : place + 4], data[place + 4 : place + 8]
        end = place + 12 + int.from_bytes(length, "big")
        if name in _KEPT or not name.isalpha():
            parts.append(data[place:end])
        if name == b"IEND":
            break
        place = end
    return b"".join(parts)
