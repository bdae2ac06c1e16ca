"""Arrays saved by NumPy, alone and in zip files, are read as they were saved."""

import io
import zipfile
from typing import Any

import numpy as np
import pytest

from app.untrusted.weights.errors import (
    BadValues,
    NoConvolutions,
    NoPair,
    NoSuchConvolution,
    WeightsTooLarge,
)
from app.untrusted.weights.read import read
from tools.interop.models import LIMITS

FIRST = np.random.RandomState(1).normal(size=(8, 3, 3, 3)).astype(np.float32)
SECOND = np.random.RandomState(2).normal(size=(4, 8, 5, 5)).astype(np.float32)
BIAS = np.arange(8, dtype=np.float32)


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
    with pytest.raises(NoPair, match="array \\(8 filters of 3 × 3 × 3"):
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

    with pytest.raises(NoConvolutions, match=r"w \(8 × 3 × 3 × 3, object\)"):
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
