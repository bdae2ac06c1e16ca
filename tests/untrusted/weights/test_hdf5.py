"""HDF5 files as h5py writes them, in every layout, and those that lead elsewhere."""

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.untrusted.weights.read import read
from tools.interop.models import LIMITS

WEIGHT = np.random.RandomState(1).normal(size=(3, 5, 6, 8)).astype(np.float32)  # HWIO
AS_READ = WEIGHT.transpose(3, 2, 0, 1)
TYPES = ["<f2", "<f4", ">f4", "<f8", "i1", "u1", ">i2", "<u4", "<i8", ">u8"]


@given(
    st.sampled_from(TYPES),
    st.tuples(*(st.integers(1, size) for size in WEIGHT.shape)),
    st.sampled_from([{}, {"compression": "gzip"}, {"compression": "gzip", "shuffle": True}]),
    st.booleans(),
)
def test_values_in_chunks_are_read_as_they_were_written(dtype, chunks, how, checksum):
    values = (30 * WEIGHT).astype(dtype) if dtype[-2] == "f" else (30 * abs(WEIGHT)).astype(dtype)
    with h5py.File.in_memory() as file:
        file.create_dataset("w", data=values, chunks=chunks, fletcher32=checksum, **how)
        file.flush()
        image = file.id.get_file_image()

    ours, _ = read(image, limits=LIMITS).convolution("w")

    np.testing.assert_array_equal(ours, values.astype(np.float32).transpose(3, 2, 0, 1))


@pytest.mark.parametrize("libver", ["earliest", "v108", "v110", "latest"])
@pytest.mark.parametrize("order", [False, True], ids=["by name", "in order of creation"])
def test_groups_of_older_and_newer_libraries_are_read(h5, libver, order):
    def fill(file):
        file.create_group("layers/conv/vars", track_order=order).create_dataset("0", data=WEIGHT)
        file["layers/conv/vars/1"] = np.arange(8.0)

    weight, bias = read(h5(fill, libver=libver, track_order=order), limits=LIMITS).convolution(
        "layers/conv/vars/0"
    )

    np.testing.assert_array_equal(weight, AS_READ)
    np.testing.assert_array_equal(bias, np.arange(8))


def test_a_group_of_thousands_and_a_header_of_many_attributes_are_read(h5):
    def fill(file):
        for number in range(2_000):
            file[f"t/{number}"] = np.float32(number)
        file["w"] = WEIGHT
        for number in range(100):
            file["w"].attrs[f"note {number}"] = "x" * 100

    found = read(h5(fill), limits=LIMITS)

    assert len(found.tensors) == 2_001
    assert {t.name: t for t in found.tensors}["t/1234"].values() == 1234
    np.testing.assert_array_equal(found.convolution("w")[0], AS_READ)


def test_a_compact_dataset_is_read(h5):
    def fill(file):
        settings = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        settings.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple(WEIGHT.shape)
        h5py.h5d.create(file.id, b"w", h5py.h5t.IEEE_F32LE, space, settings).write(
            h5py.h5s.ALL, h5py.h5s.ALL, WEIGHT
        )

    np.testing.assert_array_equal(read(h5(fill), limits=LIMITS).convolution("w")[0], AS_READ)


def test_an_object_that_two_groups_name_or_that_holds_itself_is_read_once(h5):
    def fill(file):
        file["a/w"] = WEIGHT
        file["b"] = file["a"]
        file["a/again"] = file["/"]

    assert [tensor.name for tensor in read(h5(fill), limits=LIMITS).tensors] == ["a/w"]


def test_the_arrays_of_an_optimizer_are_no_filters(h5):
    def fill(file):
        file["layers/conv/vars/0"] = WEIGHT
        file["optimizer/vars/1"] = WEIGHT

    found = read(h5(fill), limits=LIMITS)

    assert [each.name for each in found.convolutions] == ["layers/conv/vars/0"]


def test_kernels_of_depthwise_and_transposed_layers_are_no_filters(h5):
    def fill(file):
        for layer in ("conv2d", "depthwise_conv2d", "conv2d_transpose"):
            file[f"layers/{layer}/vars/0"] = WEIGHT

    found = read(h5(fill), limits=LIMITS)

    assert [each.name for each in found.convolutions] == ["layers/conv2d/vars/0"]
