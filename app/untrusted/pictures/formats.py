"""Recognises the format of a file by its first bytes. The only list of accepted formats."""

import re

from app.messages import Message, listed, sentence
from app.untrusted.pictures.errors import EmptyFile, NotAPicture
from app.untrusted.pictures.plugins import HAS_AVIF, HAS_HEIC
from app.untrusted.pictures.refusals import EMPTY, IS_OTHER, IS_TEXT, IS_UNKNOWN

ACCEPTED = (
    *("PNG", "JPEG", "WebP", "GIF", "BMP"),
    *(("AVIF",) if HAS_AVIF else ()),
    *(("HEIC",) if HAS_HEIC else ()),
)

_BMP_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

OTHERS = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"\x89PNG.{8}CgBI", sentence("a PNG that Apple's build tools have changed (CgBI)")),
        (rb".{4}ftypmif3", sentence("an AVIF or HEIC picture in the low-overhead form (mif3)")),
        (rb"%PDF-", sentence("a PDF document")),
        (rb"(?i)\s*(<!--.{0,200}-->\s*)?<(!doctype html|html|head|body)\b", sentence("a web page")),
        (rb"\s*<(?=svg\b|.{0,1000}<svg\b)", sentence("an SVG drawing")),
        (rb"\s*<\?xml", sentence("an XML document")),
        (rb"II[*+]\x00|MM\x00[*+]", sentence("a TIFF or raw camera picture")),
        (rb"8BPS", sentence("a Photoshop document")),
        (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", sentence("a JPEG XL picture")),
        (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", sentence("a JPEG 2000 picture")),
        (rb"\x00\x00\x01\x00", sentence("an icon (ICO)")),
        (rb"P[1-7]\s", sentence("a Netpbm picture")),
        (rb"qoif", sentence("a QOI picture")),
        (rb".{4}ftypcrx ", sentence("a raw camera picture")),
        (rb".{4}ftypM4[AB] |ID3|OggS|fLaC|RIFF.{4}WAVE", sentence("a sound file")),
        (rb".{4}(ftyp|moov|mdat)|\x1aE\xdf\xa3|RIFF.{4}AVI ", sentence("a video")),
        (rb"PK\x03\x04|PK\x05\x06", sentence("a ZIP archive or an office document")),
        (rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!", sentence("a compressed archive")),
    )
)


def recognise(data: bytes) -> str:
    """Return the one of the `ACCEPTED` formats that the first bytes announce; the rest may be damaged.

    Raises:
        EmptyFile: there are no bytes.
        NotAPicture: the bytes announce something else.
    """
    if not data:
        raise EmptyFile(EMPTY)
    name = _announced(data)
    if name is None or name not in ACCEPTED:
        raise NotAPicture(_other(data, name).having(accepted=listed(ACCEPTED)))
    return name


def _announced(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] != b"CgBI":
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


def _other(data: bytes, name: str | None) -> Message:
    if name == "AVIF":
        return sentence(
            "The file is an AVIF picture, which is not accepted here; {accepted} would work."
        )
    if name is not None:
        return sentence(
            "The file is a {name} picture, which is not accepted here; {accepted} would work.",
            name=name,
        )
    start = data[:2000].removeprefix(b"\xef\xbb\xbf")  # the byte order mark of UTF-8
    for pattern, what in OTHERS:
        if pattern.match(start):
            return IS_OTHER.having(what=what)
    return IS_TEXT if _is_text(start) else IS_UNKNOWN


def _is_text(start: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", start)
