import re
from pathlib import Path

import pytest

from app.untrusted.pictures import formats
from app.untrusted.pictures.errors import EmptyFile, NotAPicture
from app.untrusted.pictures.formats import ACCEPTED, recognise

TEMPLATE = Path(__file__).parents[3] / "templates/stage/upload.html"


def test_a_file_without_bytes_is_called_empty():
    with pytest.raises(EmptyFile, match="empty"):
        recognise(b"")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0"?>\n<!-- drawn --><svg xmlns="..."/>', "SVG"),
        (b"<?xml version='1.0'?><note/>", "XML"),
        (b"<!DOCTYPE html><html><body><svg></svg></body></html>", "web page"),
        (b"\xef\xbb\xbf\n<HTML>", "web page"),
        (b"%PDF-1.7\n", "PDF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"8BPS\0\x01", "Photoshop"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "raw camera"),
        (b"\0\0\0\x18ftypisom\0\0\x02\0isommp42", "video"),
        (b"\x1aE\xdf\xa3\x01\0", "video"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x04CgBI", "Apple's build tools"),
        (b"\0\0\0\x10ftypmif3avif", "low-overhead form"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "sound"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (b"\x1f\x8b\x08\0", "archive"),
        (b"\xff\x0a\xfa\x1f", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\0\0\1\0\1\0", "icon"),
        (b"P6 2 2 255\n", "Netpbm"),
        (b"BMI values of the class\n", "text"),
        (b"hello, world\n", "text"),
        (b"\x00\x01\x02\x03 nothing known", "not a picture"),
    ],
)
def test_what_is_no_accepted_picture_is_named_with_what_would_work(data, name):
    with pytest.raises(NotAPicture) as refused:
        recognise(data)

    assert name in str(refused.value)
    assert all(accepted in str(refused.value) for accepted in ACCEPTED)


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
def test_a_format_whose_decoder_is_missing_is_refused_by_name(kind, monkeypatch):
    others = tuple(name for name in ACCEPTED if name != kind)
    monkeypatch.setattr(formats, "ACCEPTED", others)
    brand = kind.lower().encode()

    for major in (brand, b"mif1"):
        with pytest.raises(NotAPicture) as refused:
            recognise(b"\0\0\0\x18ftyp" + major + b"\0\0\0\0mif1" + brand)
        would_work = str(refused.value).split("; ")[1]
        assert f" {kind} picture, which is not accepted here" in str(refused.value)
        assert would_work == f"{', '.join(others[:-1])} and {others[-1]} would work."


@pytest.mark.parametrize("major", [b"heic", b"heix", b"mif1", b"msf1"])
def test_a_picture_of_a_phone_is_told_by_its_brands(major):
    if "HEIC" not in ACCEPTED:
        pytest.skip("no decoder of HEIC for this machine")

    assert recognise(b"\0\0\0\x18ftyp" + major + b"\0\0\0\0mif1heic") == "HEIC"


def test_the_file_dialogue_offers_every_accepted_format():
    offered = re.search(r'accept="([^"]*)"', TEMPLATE.read_text("utf-8"))[1].split(",")

    types = {name.removeprefix("image/").upper() for name in offered if name.startswith("image/")}
    assert {name.upper() for name in ACCEPTED} <= types
    assert types <= {name.upper() for name in ACCEPTED} | {"AVIF", "HEIC", "HEIF"}


def test_a_file_that_may_be_avif_or_heic_is_told_by_its_brands():
    if "AVIF" not in ACCEPTED:
        pytest.skip("this Pillow reads no AVIF")

    assert recognise(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf") == "AVIF"
