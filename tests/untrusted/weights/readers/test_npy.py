"""Arrays saved by NumPy, alone and in zip files; headers that lie, bombs and pickles."""

import io
import struct
import zipfile
from typing import Any

import numpy as np
import pytest

from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from tests.untrusted.weights.readers.read_bytes import opened_bytes, values

FIRST = np.random.RandomState(1).normal(size=(8, 3, 3, 3)).astype(np.float32)


def npz(arrays: dict[str, Any], *, compressed: bool = False) -> bytes:
    out = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(out, **arrays)
    return out.getvalue()


def npy(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def zipped(members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("compressed", [False, True])
def test_arrays_of_a_zip_are_read_as_they_were_saved(compressed):
    arrays = {
        "layer1/weight": FIRST,
        "fortran": np.asfortranarray(FIRST),
        "big": FIRST.astype(">f8"),
    }

    found = values(npz(arrays, compressed=compressed))

    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)


def test_an_array_alone_is_called_array():
    with opened_bytes(npy(FIRST)) as found:
        loaded = found.tensors["array"].load()

    np.testing.assert_array_equal(loaded, FIRST)
    assert found.format == "npy"


def test_objects_are_described_but_never_unpickled():
    objects = np.array([{"a": 1}, None], dtype=object)

    with opened_bytes(npz({"w": FIRST, "o": objects})) as found:
        assert found.tensors["o"].dtype == "object"
        with pytest.raises(UnsupportedWeights, match="never read"):
            found.tensors["o"].load()


@pytest.mark.parametrize(
    "shape",
    [
        "(999999999999, 3, 3, 3)",
        "(8, 3, 3, 4)",
        f"({'9' * 3_000},)",
        f"({'1, ' * 40})",
        "(8 3)",
        "8",
        "(__import__('os').getpid(),)",
    ],
)
def test_a_header_that_states_another_size_than_the_values_have_is_refused(shape):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    data = b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + FIRST.tobytes()

    for file in (zipped({"w.npy": data}), data):
        with pytest.raises(BrokenWeights):
            values(file)


def test_a_bomb_is_not_inflated():
    bomb = npy(FIRST) + bytes(80_000_000)

    with pytest.raises(BrokenWeights, match="An array of 864 bytes is stored in 80,000,864"):
        values(zipped({"w.npy": bomb}, zipfile.ZIP_DEFLATED))


def test_a_directory_of_very_many_members_is_refused_unread():
    members = {f"{number:060}.npy": b"" for number in range(12_000)}

    with pytest.raises(BrokenWeights, match=r"directory in the file has 1,\d+,\d+ bytes"):
        values(zipped(members))


def test_a_damaged_value_is_found_by_its_checksum():
    file = bytearray(npz({"w": FIRST}))
    file[400] ^= 1

    with pytest.raises(BrokenWeights, match="damaged"):
        values(bytes(file))


def test_an_encrypted_member_and_a_rare_compression_are_refused():
    locked = bytearray(npz({"w": FIRST}))
    locked[locked.index(b"PK\1\2") + 8] |= 1

    with pytest.raises(UnsupportedWeights, match="encrypted"):
        values(bytes(locked))
    with pytest.raises(UnsupportedWeights, match="deflated, would work"):
        values(zipped({"w.npy": npy(FIRST)}, zipfile.ZIP_LZMA))
