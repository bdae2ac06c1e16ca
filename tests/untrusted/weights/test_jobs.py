"""Weight files in a worker: large ones fit its allowance, and one that never ends costs a worker and no more."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from safetensors.numpy import save

from app.lab.keep.weight_jobs import ALLOWANCE, LIMITS
from app.untrusted.pool import JobFailed, Workers
from app.untrusted.weights.jobs import take
from app.untrusted.weights.layers.choice import Choice
from tests.untrusted.weights import hostile_files

FILES = Path(__file__).parent / "files"
BALLAST = np.zeros((15, 2**20), np.float32)  # 60 MiB next to the largest layers that fit the stack
WEIGHTS: dict[str, Any] = {
    "a.weight": np.ones((128, 3, 3, 3), np.float32) / 1000,
    "b.weight": np.ones((16, 128, 11, 11), np.float32) / 1000,
}


def nothing() -> None:
    """Nothing has to be imported ahead."""


def by_numpy(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, ballast=BALLAST, **WEIGHTS)


def by_safetensors(path: Path) -> None:
    path.write_bytes(save({"ballast": BALLAST, **WEIGHTS}))


def by_safetensors_in_a_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("1.safetensors", save({"ballast": BALLAST[:7]}))
        file.writestr("2.safetensors", save({"more": BALLAST[7:14], **WEIGHTS}))


def by_h5py(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["ballast"] = BALLAST
        for name, array in WEIGHTS.items():
            file[name] = array.transpose(2, 3, 1, 0)


def by_keras_deflated(path: Path) -> None:
    by_h5py(path)
    inner = path.read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.weights.h5", inner)


def by_onnx(path: Path) -> None:
    named = {"ballast": BALLAST, **WEIGHTS}
    tensors = [numpy_helper.from_array(array, name) for name, array in named.items()]
    nodes = [
        helper.make_node("Conv", ["x", "a.weight"], ["t"]),
        helper.make_node("Conv", ["t", "b.weight"], ["y"]),
    ]
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", [], [], initializer=tensors)), path)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers(1, imports=nothing)) as pool:
        yield pool


@pytest.mark.parametrize(
    "saved",
    [by_numpy, by_safetensors, by_safetensors_in_a_zip, by_h5py, by_keras_deflated, by_onnx],
)
def test_a_large_file_of_every_format_fits_the_allowance_of_a_job(saved, tmp_path, workers):
    path = tmp_path / "file"
    saved(path)

    answer = workers.run(partial(take, path, Choice(), LIMITS), ALLOWANCE)

    assert answer.error is None
    shapes = [layer.values.weight.shape for layer in answer.result.layers]
    assert shapes == [array.shape for array in WEIGHTS.values()]


def test_a_file_in_which_the_library_never_ends_costs_one_worker(workers, tmp_path):
    # Found by damaging one of Keras': a text of an attribute, in a heap whose objects go in a circle.
    with pytest.raises(JobFailed):
        workers.run(partial(take, FILES / "endless.h5", Choice(), LIMITS), ALLOWANCE)

    whole = tmp_path / "whole"
    by_small(whole)
    assert workers.run(partial(take, whole, Choice(), LIMITS), ALLOWANCE).error is None


def by_small(path: Path) -> None:
    data = io.BytesIO()
    np.savez(data, **{name: array[:, :, :3, :3] for name, array in WEIGHTS.items()})
    path.write_bytes(data.getvalue())


def empty_parts(field: int) -> bytes:
    return b"\x08\x09" + hostile_files.field(7, bytes([field << 3 | 2, 0]) * (10 * 2**20))


@pytest.mark.parametrize(
    "make",
    [
        hostile_files.hdf5_of_shared_names,
        hostile_files.onnx_of_varints,
        hostile_files.onnx_of_long_names,
        partial(empty_parts, 1),
        partial(empty_parts, 5),
    ],
)
def test_a_file_that_asks_for_much_is_refused_and_costs_no_worker(make, workers, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(make())

    answer = workers.run(partial(take, path, Choice(), LIMITS), ALLOWANCE)

    assert type(answer.error).__name__ in ("BrokenWeights", "UnsupportedWeights")
