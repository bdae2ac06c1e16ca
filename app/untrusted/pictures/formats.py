"""Recognises the format of a file by its first bytes. The only list of accepted formats."""

import re

from app.untrusted.pictures.errors import EmptyFile, NotAPicture
from app.untrusted.pictures.plugins import HAS_AVIF, HAS_HEIC

ACCEPTED = (
    *("PNG", "JPEG", "WebP", "GIF", "BMP"),
    *(("AVIF",) if HAS_AVIF else ()),
    *(("HEIC",) if HAS_HEIC else ()),
)

_BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

_OTHERS = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"%PDF-", "a PDF document"),
        (rb"(?i)\s*(<!--.{0,200}-->\s*)?<(!doctype html|html|head|body)\b", "a web page"),
        (rb"\s*<(?=svg\b|.{0,1000}<svg\b)", "an SVG drawing"),
        (rb"\s*<\?xml", "an XML document"),
        (rb"II[*+]\x00|MM\x00[*+]", "a TIFF or raw camera picture"),
        (rb"8BPS", "a Photoshop document"),
        (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
        (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture"),
        (rb"\x00\x00\x01\x00", "an icon (ICO)"),
        (rb"P[1-7]\s", "a Netpbm picture"),
        (rb"qoif", "a QOI picture"),
        (rb".{4}ftypcrx ", "a raw camera picture"),
        (rb".{4}ftypM4[AB] |ID3|OggS|fLaC|RIFF.{4}WAVE", "a sound file"),
        (rb".{4}(ftyp|moov|mdat)|\x1aE\xdf\xa3|RIFF.{4}AVI ", "a video"),
        (rb"PK\x03\x04|PK\x05\x06", "a ZIP archive or an office document"),
        (rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!", "a compressed archive"),
    )
)


def recognise(data: bytes) -> str:
    """Return the one of the `ACCEPTED` formats that the first bytes announce; the rest may be damaged.

    Raises:
        EmptyFile: there are no bytes.
        NotAPicture: the bytes announce something else.
    """
    if not data:
        raise EmptyFile(f"The file is empty; {_would_work()}")
    name = _announced(data)
    if name is None or name not in ACCEPTED:
        raise NotAPicture(f"The file is {_other(data, name)}; {_would_work()}")
    return name


def _announced(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP"
    return _announced_brand(data) if data[4:8] == b"ftyp" else None


def _announced_brand(data: bytes) -> str | None:
    """Return AVIF or HEIC, if it is one: both may have the major brand `mif1`, with the codec as another brand."""
    box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    brands = {box[i : i + 4] for i in range(0, len(box), 4) if i != 4}  # at 4 there is a version
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIC" if brands & set(_HEIC_BRANDS) else None


def _other(data: bytes, name: str | None) -> str:
    if name is not None:
        return f"{'an AVIF' if name == 'AVIF' else f'a {name}'} picture, which is not accepted here"
    start = data[:2000].removeprefix(b"\xef\xbb\xbf")  # the byte order mark of UTF-8
    for pattern, what in _OTHERS:
        if pattern.match(start):
            return f"{what}, not a picture in an accepted format"
    return f"{'text, ' if _is_text(start) else ''}not a picture in an accepted format"


def _is_text(start: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", start)


def _would_work() -> str:
    return f"{', '.join(ACCEPTED[:-1])} and {ACCEPTED[-1]} would work."
