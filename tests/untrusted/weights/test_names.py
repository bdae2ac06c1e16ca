"""Files whose names and numbers ask for far more memory than they have bytes: counted first, then refused."""

import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save

from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights, WeightsError
from app.untrusted.weights.read import read
from tests.untrusted.weights import hostile_files
from tests.untrusted.weights.test_npz import npz, zipped
from tools.interop.models import LIMITS

MEBIBYTE = 2**20
FIRST = np.ones((4, 3, 3, 3), np.float32)
SECOND = np.ones((2, 4, 3, 3), np.float32)
TURNED = "a\u202e\x07.weight"

READ = """
import os, sys
from app.untrusted.weights.errors import WeightsError
from app.untrusted.weights.read import read
from tools.bench.memory import peak_mib
from tools.interop.models import LIMITS

with open(sys.argv[1], "rb") as file:
    try:
        found = read(file, limits=LIMITS)
        pair = found.first_pair()
        [found.convolution(each.name) for each in (pair.first, pair.second)]
    except WeightsError as error:
        print(type(error).__name__, peak_mib(os.getpid()))
"""

HOSTILE = {
    "links of one name": (hostile_files.hdf5_of_shared_names, "A name in the file has 4,989"),
    "packed numbers": (hostile_files.onnx_of_varints, "A list in the model has 19,824,640"),
    "long names": (hostile_files.onnx_of_long_names, "more than 2,097,152 characters together"),
}


def values_of(data: bytes) -> None:
    found = read(data, limits=LIMITS)
    pair = found.first_pair()
    for each in (pair.first, pair.second):
        found.convolution(each.name)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_file_repeats_is_counted_before_it_is_made(name):
    make, words = HOSTILE[name]
    data = make()

    tracemalloc.start()
    try:
        with pytest.raises(WeightsError, match=words):
            values_of(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # 1,502, 1,000 and 72 MiB before; packed numbers are read once, and one mark made for each.
    assert peak < {"packed numbers": 64}.get(name, 24) * MEBIBYTE


@pytest.mark.parametrize("name", HOSTILE)
def test_the_process_that_reads_it_stays_small(name, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(HOSTILE[name][0]())

    done = subprocess.run(
        [sys.executable, "-c", READ, path], capture_output=True, text=True, check=True
    )
    error, mib = done.stdout.split()

    assert error in ("BrokenWeights", "UnsupportedWeights")
    assert float(mib) < 192


@pytest.mark.parametrize("kind", ["npz", "zip", "safetensors", "h5", "onnx"])
@pytest.mark.parametrize("which", ["max_name", "max_names"])
def test_each_format_bounds_a_name_and_all_names_together(kind, which, h5):
    names = ["layer1/conv.weight", "layer2/conv.weight"]
    arrays = dict(zip(names, (FIRST, SECOND), strict=True))
    make = {
        "npz": lambda: npz(arrays),
        "zip": lambda: zipped({name: b"" for name in names}, zipfile.ZIP_STORED),
        "safetensors": lambda: save(arrays),
        "h5": lambda: h5(lambda file: [file.create_dataset(*each) for each in sized(arrays)]),
        "onnx": lambda: hostile_files.model(
            [hostile_files.tensor(name, each.shape, each) for name, each in arrays.items()], names
        ),
    }
    limit = {"max_name": 17, "max_names": 35}[which]
    strict = replace(LIMITS, **{which: limit})

    with pytest.raises(UnsupportedWeights, match=f"{limit} "):
        read(make[kind](), limits=strict)


def sized(arrays):
    return [(name, each.shape, each.dtype, each) for name, each in arrays.items()]


def test_the_settings_and_shapes_of_a_model_are_lists_of_known_length():
    many = hostile_files.field(1, b"\x01" * 4000)  # a packed list of dims
    tensor = many + hostile_files.field(8, b"w")

    with pytest.raises(BrokenWeights, match="list in the model has 4,000 bytes; up to 320"):
        read(hostile_files.model([tensor], ["w"]), limits=LIMITS)


def test_a_setting_of_a_convolution_is_not_read_beyond_what_it_can_have():
    numbers = hostile_files.field(8, b"\x80\x02" * 2048) * 100  # 204,800 pads
    pads = hostile_files.field(5, hostile_files.field(1, b"pads") + numbers)
    weight = hostile_files.tensor("w", FIRST.shape, FIRST)

    with pytest.raises(BrokenWeights, match="list in the model has 4,096 bytes; up to 40"):
        read(hostile_files.model([weight], ["w"], settings=pads), limits=LIMITS)


@pytest.mark.parametrize("number", range(40, 300, 40))
def test_a_shape_that_is_stated_in_pieces_ends_too(number):
    tensor = b"\x08\x01" * number + hostile_files.field(8, b"w")

    with pytest.raises(BrokenWeights, match="states 33 axes"):
        read(hostile_files.model([tensor], ["w"]), limits=LIMITS)


def test_names_are_given_as_they_can_be_shown_and_are_found_by_what_the_file_says():
    long = "encoder." + "x" * 400 + ".bias"
    arrays = {TURNED: FIRST, "a\u202e\x07.bias": np.arange(4, dtype="f4"), "b.weight": SECOND}
    found = read(save({**arrays, long: np.ones(3, "f4")}), limits=LIMITS)

    pair = found.pair(TURNED, "b.weight")

    assert pair.first.name == "a??.weight"
    assert pair.first.bias == "a??.bias"
    np.testing.assert_array_equal(found.convolution(TURNED)[1], np.arange(4))
    for tensor in found.tensors:
        assert len(tensor.name) <= 256
        assert tensor.name.isprintable()


def test_two_names_that_look_the_same_are_refused():
    with pytest.raises(BrokenWeights, match="names that look the same"):
        read(save({"a\x01.weight": FIRST, "a\x02.weight": FIRST}), limits=LIMITS)


def test_messages_show_no_name_or_type_that_cannot_be_read():
    data = save({TURNED: np.ones(3, "f4")}).replace(b'"F32"', b'"\\n2"')

    with pytest.raises(WeightsError, match="holds no filters") as refused:
        read(data, limits=LIMITS)

    assert str(refused.value).isprintable()
