"""The segments of a JPEG (ITU-T T.81, annex B), checked for anything that keeps a parser or decoder busy."""

import re
from collections.abc import Iterator

from app.messages import sentence
from app.untrusted.pictures.errors import BrokenPicture

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_ALONE = frozenset((0x01, 0xD8))  # TEM and SOI have no length
_START_OF_SCAN, _END = 0xDA, 0xD9
_PLAIN_FRAMES = (0xC0, 0xC1, 0xC2)
_RARE_FRAMES = {
    0xC3: sentence(
        "The JPEG is stored without loss, which is rare; the same picture saved again as PNG or as an "
        "ordinary JPEG would work."
    ),
    **dict.fromkeys(
        (0xC5, 0xC6, 0xC7),
        sentence(
            "The JPEG is stored in a hierarchy, which is rare; the same picture saved again as PNG or as an "
            "ordinary JPEG would work."
        ),
    ),
    **dict.fromkeys(
        (0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF),
        sentence(
            "The JPEG is stored with arithmetic coding, which is rare; the same picture saved again as PNG or "
            "as an ordinary JPEG would work."
        ),
    ),
}

_MOST_SEGMENTS = 3_000  # a colour profile or a preview has up to 255; Pillow reads them in Python
_MOST_JUNK = 4_096  # bytes between segments, which Pillow skips one by one
_MOST_SCANS = 100
_MOST_PASSED_PIXELS = 800_000_000  # over all scans; an honest file has about ten scans


def check_jpeg(data: bytes) -> None:
    """Refuse a small JPEG that is expensive to decode: many segments, many scans, an unusual coding.

    Each scan of a progressive JPEG is a pass over all of its pixels, however few bytes it has.

    Raises:
        BrokenPicture: the message says what would work.
    """
    pixels = scans = 0
    for marker, body in _segments(data):
        if marker in _RARE_FRAMES:
            raise BrokenPicture(_RARE_FRAMES[marker])
        if marker in _PLAIN_FRAMES:
            height, width = data[body + 1 : body + 3], data[body + 3 : body + 5]
            pixels = int.from_bytes(height, "big") * int.from_bytes(width, "big")
        scans += marker == _START_OF_SCAN
    most = min(_MOST_SCANS, _MOST_PASSED_PIXELS // max(pixels, 1))
    if scans > max(most, 1):
        raise BrokenPicture(
            sentence(
                "The JPEG is stored in {scans:,} passes; at its size up to {most}, or the same "
                "picture saved again without progressive passes, would work.",
                scans=scans,
                most=most,
            )
        )


def has_every_scan(data: bytes) -> bool:
    """Tell whether the scans bring every coefficient to full precision, as their headers state."""
    missing: dict[int, set[int]] = {}
    for marker, body in _segments(data):
        if marker in _PLAIN_FRAMES:
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
    place, junk, scanned = 2, 0, False
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, place)
        if found is None or (marker := data[found.end() - 1]) == _END:
            return
        if not scanned:  # a scan's header is followed by its data
            junk += found.start() - place
        if junk > _MOST_JUNK:
            raise BrokenPicture(
                sentence(
                    "The JPEG has bytes of no meaning between its parts; the same picture saved "
                    "again would work."
                )
            )
        place = found.end()
        if marker not in _ALONE:
            yield marker, place + 2
            place += max(int.from_bytes(data[place : place + 2], "big"), 2)
        scanned = scanned or marker == _START_OF_SCAN
    raise BrokenPicture(
        sentence(
            "The JPEG is cut into more than {most:,} parts; the same picture saved again "
            "would work.",
            most=_MOST_SEGMENTS,
        )
    )
