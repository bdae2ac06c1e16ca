"""A file of 64 MiB costs little memory in every format, since only what is chosen is read."""

import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from safetensors.numpy import save

from app.untrusted.weights.read import read
from tools.interop.models import LIMITS

MEBIBYTE = 2**20
BALLAST = np.zeros(
    (15, MEBIBYTE), np.float32
)  # 60 MiB beside the largest layers that fit the stack
WEIGHTS: dict[str, Any] = {
    "a.weight": np.ones((128, 3, 3, 3), np.float32),
    "b.weight": np.ones((16, 128, 11, 11), np.float32),
}


def by_numpy(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, ballast=BALLAST, **WEIGHTS)


def by_safetensors(path: Path) -> None:
    path.write_bytes(save({"ballast": BALLAST, **WEIGHTS}))


def by_h5py(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["ballast"] = BALLAST
        for name, array in WEIGHTS.items():
            file[name] = array.transpose(2, 3, 1, 0)


def by_keras(path: Path) -> None:
    by_h5py(path)
    inner = path.read_bytes()
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("model.weights.h5", inner)


def by_keras_deflated(path: Path) -> None:
    by_h5py(path)
    inner = path.read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.weights.h5", inner)


def by_onnx(path: Path) -> None:
    tensors = [
        numpy_helper.from_array(array, name)
        for name, array in {"ballast": BALLAST, **WEIGHTS}.items()
    ]
    nodes = [helper.make_node("Conv", ["x", name], ["x"]) for name in WEIGHTS]
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [], [], initializer=tensors)), path)


@pytest.mark.parametrize(
    ("save", "most"),
    [
        (by_numpy, 16),
        (by_safetensors, 16),
        (by_h5py, 16),
        (by_keras, 16),
        (by_keras_deflated, 64 + 16),  # has to be unpacked
        (by_onnx, 16),
    ],
)
def test_a_large_file_costs_what_is_chosen_from_it(save, most, tmp_path):
    path = tmp_path / "file"
    save(path)

    with path.open("rb") as file:
        tracemalloc.start()
        try:
            found = read(file, limits=LIMITS)
            pair = found.first_pair()
            loaded = [found.convolution(each.name) for each in (pair.first, pair.second)]
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert [weight.shape for weight, _ in loaded] == [array.shape for array in WEIGHTS.values()]
    assert peak < most * MEBIBYTE
