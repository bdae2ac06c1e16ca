import pytest

from app.imaging.errors import EmptyFile, NotAPicture
from app.imaging.formats import ACCEPTED, recognise


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
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "raw camera"),
        (b"\0\0\0\x18ftypisom\0\0\x02\0isommp42", "video"),
        (b"\x1aE\xdf\xa3\x01\0", "video"),
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

    assert name in refused.value.message
    assert all(accepted in refused.value.message for accepted in ACCEPTED)


def test_a_file_that_may_be_avif_or_heic_is_told_by_its_brands():
    if "AVIF" not in ACCEPTED:
        pytest.skip("this Pillow reads no AVIF")

    assert recognise(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf") == "AVIF"
