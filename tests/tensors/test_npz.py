"""Arrays saved by NumPy, and zip files that are not what they say."""

import io
import struct
import zipfile

import numpy as np
import pytest

from app.tensors.errors import (
    BadValues,
    BrokenWeights,
    NoConvolutions,
    NoPair,
    NoSuchConvolution,
    NotWeights,
    UnsupportedWeights,
    WeightsTooLarge,
)
from app.tensors.limits import Limits
from app.tensors.read import read
from tests.tensors.models import LIMITS

FIRST = np.random.RandomState(1).normal(size=(8, 3, 3, 3)).astype(np.float32)
SECOND = np.random.RandomState(2).normal(size=(4, 8, 5, 5)).astype(np.float32)
BIAS = np.arange(8, dtype=np.float32)


def npz(arrays: dict[str, np.ndarray], *, compressed: bool = False) -> bytes:
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
def test_arrays_named_as_in_the_trace_are_read_as_they_were_saved(compressed):
    arrays = {"layer1/weight": FIRST, "layer1/bias": BIAS, "layer2/weight": SECOND}
    found = read(npz(arrays, compressed=compressed), limits=LIMITS)

    pair = found.first_pair()
    weight, bias = found.convolution(pair.first.name)
    other, none = found.convolution(pair.second.name)

    assert (pair.first.name, pair.second.name) == ("layer1/weight", "layer2/weight")
    np.testing.assert_array_equal(weight, FIRST)
    np.testing.assert_array_equal(bias, BIAS)
    np.testing.assert_array_equal(other, SECOND)
    np.testing.assert_array_equal(none, np.zeros(4))


@pytest.mark.parametrize(
    "dtype", ["<f2", "<f4", ">f4", "<f8", ">f8", "i1", "u1", "<i2", ">i4", "<i8", "<u8"]
)
def test_every_type_of_number_becomes_float32(dtype):
    values = np.arange(8 * 27).reshape(8, 3, 3, 3) % 100

    weight, _ = read(npz({"w": values.astype(dtype)}), limits=LIMITS).convolution("w")

    assert weight.dtype == np.float32
    np.testing.assert_array_equal(weight, values)


def test_an_array_in_fortran_order_is_read_as_numpy_reads_it():
    file = npz({"w": np.asfortranarray(FIRST)})

    np.testing.assert_array_equal(read(file, limits=LIMITS).convolution("w")[0], FIRST)


def test_a_single_array_has_one_convolution_and_so_no_pair():
    found = read(npy(FIRST), limits=LIMITS)

    np.testing.assert_array_equal(found.convolution("array")[0], FIRST)
    with pytest.raises(NoPair, match="array \\(8 filters of 3 x 3 x 3"):
        found.first_pair()


def test_filters_in_the_order_of_keras_are_recognised_by_their_shapes_and_turned():
    arrays = {"a": FIRST.transpose(2, 3, 1, 0), "b": SECOND.transpose(2, 3, 1, 0)}
    found = read(npz(arrays), limits=LIMITS)

    assert [each.order for each in found.convolutions] == ["HWIO", "HWIO"]
    np.testing.assert_array_equal(found.convolution("a")[0], FIRST)
    np.testing.assert_array_equal(found.convolution("b")[0], SECOND)


def test_a_guessed_order_can_be_corrected():
    square = np.random.RandomState(3).normal(size=(3, 3, 3, 3)).astype(np.float32)
    found = read(npz({"w": square}), limits=LIMITS)

    np.testing.assert_array_equal(found.convolution("w", "OIHW")[0], square)
    np.testing.assert_array_equal(found.convolution("w", "HWIO")[0], square.transpose(3, 2, 0, 1))


def test_objects_are_listed_but_never_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path.joinpath("opened").touch, ())

    objects = np.full((8, 3, 3, 3), Trap(), object)

    with pytest.raises(NoConvolutions, match=r"w \(8 x 3 x 3 x 3, object\)"):
        read(npz({"w": objects}), limits=LIMITS)
    assert not tmp_path.joinpath("opened").exists()


@pytest.mark.parametrize("dtype", [complex, bool, "U3", "S3", "M8[s]", [("a", "f4")]])
def test_what_is_not_a_number_is_no_filter(dtype):
    with pytest.raises(NoConvolutions, match="Found: w"):
        read(npz({"w": np.zeros((8, 3, 3, 3), dtype)}), limits=LIMITS)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_a_value_that_float32_cannot_hold_is_refused_with_their_number(bad):
    values = FIRST.astype(np.float64)
    values[0, 0, 0, :2] = bad

    found = read(npz({"w": values}), limits=LIMITS)
    with pytest.raises(BadValues, match="has 2 values"):
        found.convolution("w")


def test_a_name_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(NoSuchConvolution, match="found: w \\(8 filters"):
        read(npz({"w": FIRST}), limits=LIMITS).convolution("v")


def test_a_tensor_that_fits_no_layer_is_listed_and_refused_before_it_is_read():
    found = read(npz({"w": np.zeros((129, 3, 3, 3), np.float32)}), limits=LIMITS)

    with pytest.raises(WeightsTooLarge, match="up to 128 filters"):
        found.convolution("w")


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
