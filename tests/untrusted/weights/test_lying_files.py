"""Zip files and arrays that are not what they say, and files in other formats."""

import struct
import zipfile

import pytest

from app.untrusted.weights.errors import (
    BrokenWeights,
    NotWeights,
    UnsupportedWeights,
    WeightsTooLarge,
)
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.read import read
from tests.untrusted.weights.test_npz import FIRST, npy, npz, zipped
from tools.interop.models import LIMITS


def test_a_file_over_the_limit_is_refused_with_both_sizes():
    file = npz({"w": FIRST})
    small = Limits(filters=LIMITS.filters, kernels=LIMITS.kernels, max_bytes=100)

    with pytest.raises(WeightsTooLarge, match=f"{len(file):,} bytes; up to 100"):
        read(file, limits=small)


@pytest.mark.parametrize(
    "shape",
    [
        "(999999999999, 3, 3, 3)",
        "(8, 3, 3, 4)",
        f"({'9' * 3_000},)",
        f"({'1, ' * 40})",
        "(8 3)",
        "8",
    ],
)
def test_a_header_that_states_another_size_than_the_values_have_is_refused(shape):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    data = b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + FIRST.tobytes()

    for file in (zipped({"w.npy": data}), data):
        with pytest.raises(BrokenWeights):
            read(file, limits=LIMITS)


def test_a_bomb_is_not_inflated():
    bomb = npy(FIRST) + bytes(80_000_000)
    file = zipped({"w.npy": bomb}, zipfile.ZIP_DEFLATED)

    with pytest.raises(BrokenWeights, match="An array of 864 bytes is stored in 80,000,864"):
        read(file, limits=LIMITS)


def test_a_directory_of_very_many_members_is_refused_unread():
    members = {f"{number:060}.npy": b"" for number in range(12_000)}

    with pytest.raises(BrokenWeights, match=r"directory in the file has 1,\d+,\d+ bytes"):
        read(zipped(members), limits=LIMITS)


def test_a_damaged_value_is_found_by_its_checksum():
    file = bytearray(npz({"w": FIRST}))
    file[400] ^= 1

    with pytest.raises(BrokenWeights, match="damaged"):
        read(bytes(file), limits=LIMITS).convolution("w")


def test_an_encrypted_member_and_a_rare_compression_are_refused():
    locked = bytearray(npz({"w": FIRST}))
    locked[locked.index(b"PK\1\2") + 8] |= 1

    with pytest.raises(UnsupportedWeights, match="encrypted"):
        read(bytes(locked), limits=LIMITS)
    with pytest.raises(UnsupportedWeights, match="deflated, would work"):
        read(zipped({"w.npy": npy(FIRST)}, zipfile.ZIP_LZMA), limits=LIMITS)


@pytest.mark.parametrize(
    ("file", "error", "words"),
    [
        (b"", NotWeights, "empty"),
        (b"\x89PNG\r\n\x1a\n", NotWeights, "none of the formats"),
        (zipped({"a.txt": b"a"}), NotWeights, "neither an .npz nor a .keras"),
        (zipped({"a/data.pkl": b"a"}), UnsupportedWeights, "safetensors.torch.save_file"),
        (b"\x80\x02}q\x00.", UnsupportedWeights, "pickles can run code"),
        (struct.pack("<4sQ", b"PK\3\4", 0), BrokenWeights, "zip file is damaged"),
    ],
)
def test_other_files_are_refused_with_what_would_work(file, error, words):
    with pytest.raises(error, match=words):
        read(file, limits=LIMITS)
