import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.untrusted.pictures.exif import orientation


def block(order: str, entries: list[tuple[int, int, int, int]]) -> bytes:
    """A TIFF header and one directory, written by TIFF 6.0, section 2. Values are SHORTs."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    written = [struct.pack(f"{order}HHIHH", *entry, 0) for entry in entries]
    return head + struct.pack(f"{order}IH", 8, len(written)) + b"".join(written) + b"\0" * 4


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_the_orientation_is_found_among_other_entries(order, prefix, turn):
    entries = [(0x0100, 3, 1, 640), (0x0112, 3, 1, turn), (0x0128, 3, 1, 2)]

    assert orientation(prefix + block(order, entries)) == turn


def test_an_orientation_written_by_pillow_is_read():
    exif = Image.Exif()
    exif[0x010F] = "A maker of cameras"
    exif[0x0112] = 6

    assert orientation(exif.tobytes()) == 6


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_an_orientation_that_does_not_exist_means_upright(value):
    assert orientation(block("<", [(0x0112, 3, 1, value)])) == 1


def test_a_block_cut_off_anywhere_means_upright_or_what_it_stated():
    whole = block("<", [(0x0100, 3, 1, 640), (0x0112, 3, 1, 8)])

    found = [orientation(whole[:length]) for length in range(len(whole))]

    assert set(found) == {1, 8}
    assert found[:20] == [1] * 20


@given(st.binary(max_size=80))
def test_no_bytes_make_it_fail(noise):
    assert 1 <= orientation(b"II*\0" + noise) <= 8
    assert 1 <= orientation(noise) <= 8
