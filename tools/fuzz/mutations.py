"""Damages files: a little everywhere, and more in headers, where the lengths and sizes are."""

import random
import struct
import zlib
from collections.abc import Callable

Mutation = Callable[[random.Random, bytearray, bytes], bytearray]

EXTREMES = (
    0,
    1,
    2,
    7,
    63,
    127,
    128,
    255,
    256,
    4096,
    5000,
    10_000,
    16_383,
    32_767,
    65_535,
    2**31 - 1,
)
HEADER = 120  # bytes that contain most of the sizes


def mutated(chance: random.Random, whole: bytes, other: bytes) -> bytes:
    """Damage a file in one to four ways; `other` is a file of the same format to take parts from."""
    data = bytearray(whole)
    for _ in range(chance.choice((1, 1, 2, 4))):
        if data:
            data = chance.choice(MUTATIONS)(chance, data, other)
    if data.startswith(b"\x89PNG") and chance.random() < 0.8:
        return _with_sums(bytes(data))
    return bytes(data)


def _place(chance: random.Random, data: bytearray) -> int:
    return chance.randrange(min(len(data), chance.choice((HEADER, len(data)))))


def _flip(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    for _ in range(chance.choice((1, 3, 20))):
        data[_place(chance, data)] ^= 1 << chance.randrange(8)
    return data


def _write_bytes(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    for _ in range(chance.choice((1, 3))):
        data[_place(chance, data)] = chance.choice(
            (0, 1, 127, 128, 254, 255, chance.randrange(256))
        )
    return data


def _write_number(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    """Write a boundary value where a length, a count or a size may be."""
    value = min(chance.choice(EXTREMES) + chance.choice((-1, 0, 1)), 2**31 - 1) % 2**32
    form = chance.choice((">I", "<I", ">H", "<H"))
    written = struct.pack(form, value & (0xFFFF if form[1] == "H" else 0xFFFFFFFF))
    place = _place(chance, data)
    data[place : place + len(written)] = written[: len(data) - place]
    return data


def _cut(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    return data[: chance.randrange(len(data))]


def _leave_out(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    place = _place(chance, data)
    del data[place : place + chance.choice((1, 4, 12, 100))]
    return data


def _repeat(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    start = _place(chance, data)
    part = data[start : start + chance.choice((4, 12, 100, 1000))]
    place = _place(chance, data)
    data[place:place] = part * chance.choice((1, 2, 50))
    return data


def _splice(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    start = chance.randrange(len(other))
    part = other[start : start + chance.choice((4, 20, 200, 2000))]
    place = _place(chance, data)
    data[place : place + chance.choice((0, len(part)))] = part
    return data


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _write_bytes, _write_number, _write_number),
    *(_cut, _leave_out, _repeat, _splice),
)


def _with_sums(data: bytes) -> bytes:
    """Return a PNG with correct checksums, so that the decoder gets to see the damage."""
    parts, place = [data[:8]], 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        body = data[place + 4 : place + 8 + length]
        if place + 12 + length > len(data):
            break
        parts.append(data[place : place + 4] + body + struct.pack(">I", zlib.crc32(body)))
        place += 12 + length
    return b"".join((*parts, data[place:]))
