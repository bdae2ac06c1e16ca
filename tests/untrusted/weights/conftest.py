"""What several tests of HDF5 files are made from."""

import h5py
import pytest


@pytest.fixture
def h5(tmp_path):
    """Return what makes the bytes of a file from what is done to it while it is open."""

    def make(fill, **settings) -> bytes:
        path = tmp_path / "a.h5"
        with h5py.File(path, "w", **settings) as file:
            fill(file)
        return path.read_bytes()

    return make
