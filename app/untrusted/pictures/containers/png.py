"""The chunks of a PNG (PNG specification, third edition, section 5), reduced to those that make up the picture."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from app.untrusted.pictures.colour_space import Chromaticities, ColourSpace, of_codes, of_gamma

_SIGNATURE = 8  # bytes
_KEPT = frozenset((b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"sRGB", b"eXIf", b"IDAT", b"IEND"))
_COLOUR = frozenset((b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"))
_LEAST_GAMMA, _GREATEST_GAMMA = 0.1, 10
_WHOLE = 100_000  # the unit of gAMA and cHRM

Chunk = tuple[bytes, bytes, bytes]  # name, body, and all bytes


@dataclass(frozen=True, kw_only=True)
class LeanPng:
    """The picture in a PNG: its first frame, without text, later frames and unknown chunks.

    `space` is what the file states about colours, if that counts more than a profile in `data` or there is none.
    `animated` says whether there are more frames. `size` is the width and height of the canvas, and `corner` where
    the picture in `data` lies in it (left, top).
    """

    data: bytes
    space: ColourSpace | None
    animated: bool
    size: tuple[int, int]
    corner: tuple[int, int] = (0, 0)


def lean_png(data: bytes) -> LeanPng:
    """Reduce a PNG. Damage is left for the decoder to find.

    Raises:
        struct.error: the file ends in its header.
    """
    chunks = list(_chunks(data))
    named = {name: body for name, body, _ in reversed(chunks)}
    size = struct.unpack_from(">II", data, _SIGNATURE + 8)
    names = [name for name, _, _ in chunks]
    stated = {name: named[name] for name in _COLOUR & named.keys()}
    frames = struct.unpack_from(">I", named[b"acTL"])[0] if len(named.get(b"acTL", b"")) > 3 else 1
    kept = [chunk for chunk in chunks if chunk[0] in _KEPT or not chunk[0].isalpha()]
    corner = (0, 0)
    if _is_hidden(names):
        kept, corner = _first_frame(chunks, kept)
    return LeanPng(
        data=data[:_SIGNATURE] + b"".join(whole for _, _, whole in kept),
        space=_space(stated),
        animated=frames > 1 and b"fcTL" in names,
        size=size,
        corner=corner,
    )


def _chunks(data: bytes) -> Iterator[Chunk]:
    place = _SIGNATURE
    while place < len(data):
        length, name = data[place : place + 4], data[place + 4 : place + 8]
        end = place + 12 + int.from_bytes(length, "big")
        yield name, data[place + 8 : end - 4], data[place:end]
        if name == b"IEND":
            break
        place = end


def _is_hidden(names: list[bytes]) -> bool:
    """Tell whether the animation begins after the picture for programs that show no animations."""
    if b"acTL" not in names or b"fdAT" not in names or b"IDAT" not in names:
        return False
    return b"fcTL" not in names[: names.index(b"IDAT")]


def _first_frame(chunks: list[Chunk], kept: list[Chunk]) -> tuple[list[Chunk], tuple[int, int]]:
    """Return the chunks of a PNG that holds the first frame, and where it lies on the canvas."""
    control = b""
    pieces: list[bytes] = []
    for name, body, _ in chunks:
        if name == b"fcTL":
            if pieces:
                break
            control = body
        elif name == b"fdAT" and control:
            pieces.append(body[4:])  # after the number of the chunk
    width, height, left, top = struct.unpack_from(">IIII", control, 4)
    header = next(body for name, body, _ in chunks if name == b"IHDR")
    before = [chunk for chunk in kept if chunk[0] not in (b"IHDR", b"IDAT", b"IEND")]
    parts = [
        (b"IHDR", struct.pack(">II", width, height) + header[8:]),
        *((name, body) for name, body, _ in before),
        (b"IDAT", b"".join(pieces)),
        (b"IEND", b""),
    ]
    return [(name, body, _written(name, body)) for name, body in parts], (left, top)


def _written(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _space(stated: dict[bytes, bytes]) -> ColourSpace | None:
    """Return the colour space by the order in which the chunks count (section 4.3)."""
    codes = stated.get(b"cICP", b"")
    if len(codes) == 4 and (space := of_codes(codes[0], codes[1])):
        return space
    if b"iCCP" in stated or b"sRGB" in stated:
        return None
    gamma = _gamma(stated.get(b"gAMA", b""))
    points = _chromaticities(stated.get(b"cHRM", b""))
    return of_gamma(gamma, points) if gamma or points else None


def _gamma(body: bytes) -> float | None:
    """Return the exponent; None where it is none that a program would mean."""
    value = int.from_bytes(body, "big") / _WHOLE if len(body) == 4 else 0
    return value if _LEAST_GAMMA <= value <= _GREATEST_GAMMA else None


def _chromaticities(body: bytes) -> Chromaticities | None:
    if len(body) != 32:
        return None
    white_x, white_y, *colours = (value / _WHOLE for value in struct.unpack(">8I", body))
    red_x, red_y, green_x, green_y, blue_x, blue_y = colours
    if not (white_y and red_y and green_y and blue_y):
        return None
    return red_x, red_y, green_x, green_y, blue_x, blue_y, white_x, white_y
