"""The cost of decoding a picture of an AVIF or HEIC file: its true size, and how often it is drawn.

The size in the file's directory is only a claim. Decoders follow the sequence headers, which are read here
(ITU-T H.265, section 7.3.2.2; AV1 Bitstream Specification, section 5.5). They also draw every frame and every
slice in the data, even if these cover one another.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.untrusted.pictures.containers.boxes import BadBoxes, Reader

_MOST_UNITS = 10_000
_SPS, _LAST_SLICE, _FIRST_PARAMETERS = 33, 31, 32
_SEQUENCE_HEADER, _FRAME_HEADER, _FRAME = 1, 3, 6


@dataclass(frozen=True)
class Cost:
    """The pixels of one frame as the decoder allocates it, and how many times they may be drawn."""

    pixels: int
    drawn: int


class _Bits:
    """Reads the start of a header bit by bit, the most significant bit first."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def take(self, count: int) -> int:
        if count > self._left:
            raise BadBoxes("a header ends too early")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def golomb(self) -> int:
        """Return an Exp-Golomb number (H.265, section 9.2)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(min(zeros, 64))


def hevc_cost(config: bytes, data: bytes) -> Cost:
    """Return the cost of an HEVC picture from its `hvcC` box and its data.

    Raises:
        BadBoxes: there is no header, or the bytes are not what a picture is made of.
    """
    headers = list(_parameter_sets(config))
    slices = 0
    for unit in _units(data, (config[21] & 3) + 1):
        kind = unit[0] >> 1 & 63
        slices += kind <= _LAST_SLICE
        if kind == _SPS:
            headers.append(unit)
    sizes = [_hevc_pixels(unit) for unit in headers if unit[0] >> 1 & 63 == _SPS]
    if not sizes or not slices:
        raise BadBoxes("a picture without a header or without slices")
    return Cost(max(sizes), slices)


def av1_cost(config: bytes, data: bytes) -> Cost:
    """Return the cost of an AV1 picture from its `av1C` box and its data.

    Raises:
        BadBoxes: there is no header, or the bytes are not what a picture is made of.
    """
    sizes, frames = [], 0
    for kind, unit in (*_obus(config[4:]), *_obus(data)):
        if kind == _SEQUENCE_HEADER:
            sizes.append(_av1_pixels(unit))
        frames += kind in (_FRAME_HEADER, _FRAME)
    if not sizes or not frames:
        raise BadBoxes("a picture without a header or without frames")
    return Cost(max(sizes), frames)


def _parameter_sets(config: bytes) -> Iterator[bytes]:
    reader = Reader(config, 22, len(config))
    for _ in range(reader.number(1)):
        reader.take(1)
        for _ in range(reader.number(2)):
            unit = reader.take(reader.number(2))
            if len(unit) > 2:
                yield unit


def _units(data: bytes, nbytes: int) -> Iterator[bytes]:
    """Yield the start of every NAL unit of an HEVC picture."""
    place = 0
    for _ in range(_MOST_UNITS):
        if place + nbytes + 2 > len(data):
            return
        start = place + nbytes
        place = start + int.from_bytes(data[place:start], "big")
        yield data[start : min(max(place, start + 2), start + 400)]
    raise BadBoxes("too many units")


def _hevc_pixels(unit: bytes) -> int:
    bits = _Bits(unit[2:400].replace(b"\0\0\3", b"\0\0"))
    bits.take(4)
    layers = bits.take(3)  # beyond the first
    bits.take(1 + 96)  # temporal nesting, then the general profile and level
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    bits.take(2 * (8 - layers) if layers else 0)
    for profile, level in present:
        bits.take(88 * profile + 8 * level)
    bits.golomb()
    if bits.golomb() == 3:  # 4:4:4, which may have separate colour planes
        bits.take(1)
    return bits.golomb() * bits.golomb()


def _obus(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the type and the start of every OBU of an AV1 picture (section 5.3)."""
    place = 0
    for _ in range(_MOST_UNITS):
        if place >= len(data):
            return
        header = data[place]
        place += 2 if header & 4 else 1
        size, place = _leb128(data, place) if header & 2 else (len(data) - place, place)
        yield header >> 3 & 15, data[place : min(place + size, place + 64)]
        place += size
    raise BadBoxes("too many units")


def _leb128(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(data[place : place + 8]):
        value |= (byte & 127) << 7 * index
        if byte < 128:
            return value, place + index + 1
    raise BadBoxes("a length that does not end")


def _av1_pixels(unit: bytes) -> int:
    bits = _Bits(unit)
    bits.take(3 + 1)  # profile, still picture
    if bits.take(1):  # the reduced header of a still picture
        bits.take(5)
    else:
        if bits.take(1):
            raise BadBoxes("a picture with a clock")
        delays = bits.take(1)
        for _ in range(bits.take(5) + 1):
            bits.take(12)
            bits.take(1 if bits.take(5) > 7 else 0)
            bits.take(4 if delays and bits.take(1) else 0)
    widths, heights = bits.take(4) + 1, bits.take(4) + 1
    width, height = bits.take(widths) + 1, bits.take(heights) + 1
    if (
        widths > max((width - 1).bit_length(), 1) + 1
        or heights > max((height - 1).bit_length(), 1) + 1
    ):
        raise BadBoxes("a frame that may be larger than it says")
    return width * height
