"""HDF5 as h5py writes it in all its versions, and files that ask the library for other files or for much work."""

import h5py
import numpy as np
import pytest

from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights, WeightsTooLarge
from tests.untrusted.weights.readers.read_bytes import opened_bytes, values

FILTERS = np.random.RandomState(1).normal(size=(3, 3, 3, 8)).astype(np.float32)


@pytest.mark.parametrize("version", ["earliest", "v110", "latest"])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"chunks": (2, 3, 3, 4)},
        {"chunks": (2, 3, 3, 4), "compression": "gzip", "shuffle": True},
        {"chunks": (2, 3, 3, 4), "compression": "lzf", "fletcher32": True},
    ],
)
def test_values_are_those_that_were_saved(h5, version, how):
    file = h5(
        lambda file: file.create_dataset("a/b/kernel", data=FILTERS, **how),
        libver=(version, "latest"),
    )

    with opened_bytes(file) as found:
        loaded = found.tensors["a/b/kernel"].load()

    np.testing.assert_array_equal(loaded, FILTERS)
    assert (found.format, found.operations) == ("HDF5", None)


@pytest.mark.parametrize("dtype", ["<f2", ">f4", "f8", "i1", "u8"])
def test_other_types_are_read_as_they_are(h5, dtype):
    stored = (FILTERS * 20).astype(dtype)

    found = values(h5(lambda file: file.create_dataset("w", data=stored)))

    np.testing.assert_array_equal(found["w"], stored)


def external(file, tmp_path):
    file.create_dataset("w", (16,), "f4", external=[(str(tmp_path / "secret"), 0, 64)])


def link(file, tmp_path):
    file["w"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "/w")


def soft_link(file, tmp_path):
    file["a"] = FILTERS
    file["w"] = h5py.SoftLink("/a")


def virtual(file, tmp_path):
    layout = h5py.VirtualLayout((16,), "f4")
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "w", (16,))
    file.create_virtual_dataset("w", layout)


@pytest.mark.parametrize("asks", [external, link, soft_link, virtual])
def test_a_file_that_points_to_another_place_is_refused(h5, tmp_path, asks):
    (tmp_path / "secret").write_bytes(b"S" * 64)
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["w"] = np.ones(16, np.float32)

    with pytest.raises(UnsupportedWeights, match="other files are never opened"):
        values(h5(lambda file: asks(file, tmp_path)))


def test_no_other_file_can_be_opened_while_one_is_read(h5, tmp_path):
    (tmp_path / "secret").write_bytes(b"S" * 64)

    file = h5(lambda file: file.create_dataset("w", data=FILTERS))

    with opened_bytes(file), pytest.raises(OSError, match="Too many open files"):
        (tmp_path / "secret").read_bytes()

    assert (tmp_path / "secret").read_bytes() == b"S" * 64


def test_a_dataset_of_fill_values_is_not_made(h5):
    file = h5(lambda file: file.create_dataset("w", (2**40,), "f4", chunks=(2**20,)))

    with (
        opened_bytes(file) as found,
        pytest.raises(WeightsTooLarge, match="4,398,046,511,104 bytes"),
    ):
        found.tensors["w"].load()


def test_a_large_chunk_is_refused_before_it_is_inflated(h5):
    def fill(file):
        chunks = (1024, 1024, 10)
        made = file.create_dataset(
            "w", (1, 1, 1), "f4", maxshape=(None,) * 3, chunks=chunks, compression=9
        )
        made[0] = 1

    with pytest.raises(BrokenWeights, match="chunks of 41,943,040 bytes"):
        values(h5(fill))


def test_very_many_links_are_counted_before_they_are_listed(h5):
    def fill(file):
        group = file.create_group("a")
        for number in range(17_000):
            group[str(number)] = h5py.SoftLink("/a")

    with pytest.raises(UnsupportedWeights, match="more than 16,384 links"):
        values(h5(fill, libver="latest"))


def test_long_names_in_each_other_are_counted(h5):
    def fill(file):
        for _ in range(30):
            file = file.create_group("n" * 1000)

    with pytest.raises(UnsupportedWeights, match="characters; up to 4,096"):
        values(h5(fill, libver="latest"))


def test_a_group_in_itself_ends(h5):
    def fill(file):
        group = file.create_group("a")
        group["a"] = group

    with pytest.raises(UnsupportedWeights, match="nested deeper than 32"):
        values(h5(fill))
