"""HDF5 files that lead elsewhere, or store their values in rare ways: refused, with what would work."""

import h5py
import numpy as np
import pytest

from app.untrusted.weights.errors import BrokenWeights, NoConvolutions, UnsupportedWeights
from app.untrusted.weights.read import read
from tools.interop.models import LIMITS

WEIGHT = np.zeros((3, 5, 6, 8), np.float32)


def soft(file):
    file["a"] = h5py.SoftLink("/w")


def external(file):
    file["a"] = h5py.ExternalLink("other.h5", "/w")


def elsewhere(file):
    file.create_dataset("w", WEIGHT.shape, "f4", external=[("other.bin", 0, WEIGHT.nbytes)])


def virtual(file):
    layout = h5py.VirtualLayout(WEIGHT.shape, "f4")
    layout[:] = h5py.VirtualSource("other.h5", "w", WEIGHT.shape)
    file.create_virtual_dataset("w", layout)


def named_type(file):
    file["type"] = np.dtype("f4")
    file.create_dataset("w", data=WEIGHT, dtype=file["type"])


def crowded(file):
    for number in range(20):
        file[f"t{number}"] = WEIGHT


@pytest.mark.parametrize(
    ("fill", "libver", "words"),
    [
        (soft, "earliest", "link, 'a'.*never followed"),
        (external, "earliest", "never followed"),
        (soft, "latest", "link, 'a'"),
        (external, "latest", "link, 'a'"),
        (elsewhere, "earliest", "values of the HDF5 file are in another file"),
        (virtual, "latest", "virtual"),
        (named_type, "earliest", "names a type"),
        (crowded, "latest", "libver='earliest', would work"),
    ],
)
def test_what_leads_elsewhere_or_is_rare_is_refused(h5, fill, libver, words):
    with pytest.raises(UnsupportedWeights, match=words):
        read(h5(fill, libver=libver), limits=LIMITS)


@pytest.mark.parametrize(
    ("settings", "libver", "words"),
    [
        ({"compression": "lzf"}, "earliest", "gzip, or none"),
        ({"chunks": True}, "latest", "chunks of a newer library"),
    ],
)
def test_a_rare_way_to_store_values_is_refused_when_they_are_asked_for(h5, settings, libver, words):
    def fill(file):
        file.create_dataset("w", data=WEIGHT, **settings)

    found = read(h5(fill, libver=libver), limits=LIMITS)
    with pytest.raises(UnsupportedWeights, match=words):
        found.convolution("w")


def test_values_that_were_never_written_are_refused(h5):
    def whole(file):
        file.create_dataset("w", WEIGHT.shape, "f4")

    def parts(file):
        file.create_dataset("w", WEIGHT.shape, "f4", chunks=(1, 5, 6, 8))[0] = 1

    for fill in (whole, parts):
        with pytest.raises(BrokenWeights):
            read(h5(fill), limits=LIMITS).convolution("w")


def test_chunks_far_larger_than_the_dataset_are_not_unpacked(h5):
    def fill(file):
        file.create_dataset(
            "w",
            (128, 1, 1, 1),
            "f4",
            maxshape=(None,) * 4,
            chunks=(1, 1, 512, 512),
            compression="gzip",
            fillvalue=1,
        )[...] = 1

    with pytest.raises(BrokenWeights, match=r"unpack to 134,217,728 bytes; up to 33,554,432"):
        read(h5(fill), limits=LIMITS).convolution("w", "OIHW")


@pytest.mark.parametrize("dtype", [complex, bool, "S3", h5py.string_dtype(), [("a", "f4")]])
def test_what_is_not_a_number_is_no_filter(h5, dtype):
    file = h5(lambda file: file.create_dataset("w", (3, 3, 3, 8), dtype))

    with pytest.raises(NoConvolutions, match="Found: w"):
        read(file, limits=LIMITS)


def test_very_deep_groups_are_refused(h5):
    with pytest.raises(UnsupportedWeights, match="32 levels"):
        read(h5(lambda file: file.create_group("/".join("abc" * 20))), limits=LIMITS)
