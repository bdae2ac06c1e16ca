"""The segments of a JPEG (ITU-T T.81, annex B): which scans it has."""

import re
from collections.abc import Iterator

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_ALONE = frozenset((0x01, 0xD8))  # TEM and SOI have no length
_FRAMES = (0xC0, 0xC1, 0xC2)
_START_OF_SCAN, _END = 0xDA, 0xD9


def has_every_scan(data: bytes) -> bool:
    """Tell whether the scans bring every coefficient to full precision, as their headers state.

    Raises:
        IndexError, ValueError: a segment is cut off.
    """
    missing: dict[int, set[int]] = {}
    for marker, body in _segments(data):
        if marker in _FRAMES:
            count = data[body + 5]
            missing = {data[body + 6 + 3 * one]: set(range(64)) for one in range(count)}
        elif marker == _START_OF_SCAN:
            count = data[body]
            first, last, approximation = data[body + 1 + 2 * count : body + 4 + 2 * count]
            for one in range(count):
                if not approximation & 15:
                    missing.get(data[body + 1 + 2 * one], set()).difference_update(
                        range(first, last + 1)
                    )
    return bool(missing) and not any(missing.values())


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the marker and the offset of the body of every segment of the first picture."""
    place = 2
    while (found := _MARKER.search(data, place)) and (marker := data[found.end() - 1]) != _END:
        place = found.end()
        if marker not in _ALONE:
            yield marker, place + 2
            place += max(int.from_bytes(data[place : place + 2], "big"), 2)
