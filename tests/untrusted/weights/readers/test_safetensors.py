"""The .safetensors format, alone and in several files of a zip, in every type that its package writes."""

import io
import json
import struct
import zipfile

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save

from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights, WeightsTooLarge
from tests.untrusted.weights.readers.read_bytes import opened_bytes, values

FILTERS = np.random.RandomState(1).normal(size=(8, 3, 3, 3)).astype(np.float32)


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("dtype", ["float32", "float16", "float64", "int8", "int64", "bfloat16"])
def test_values_are_those_that_were_saved(dtype):
    stored = (FILTERS * 20).astype(getattr(ml_dtypes, dtype, dtype))

    with opened_bytes(save({"a.weight": stored})) as found:
        tensor = found.tensors["a.weight"]
        loaded = tensor.load()

    assert (found.format, found.operations, tensor.dtype) == ("safetensors", None, dtype)
    np.testing.assert_array_equal(loaded, stored)


def test_float8_is_read_as_well():
    stored = FILTERS.astype(ml_dtypes.float8_e4m3fn)

    found = values(save({"a.weight": stored}))

    np.testing.assert_array_equal(found["a.weight"].astype(float), stored.astype(float))


def test_several_files_in_a_zip_are_one_set_of_tensors():
    bfloat = FILTERS.astype(ml_dtypes.bfloat16)
    file = zipped(
        {
            "model-00001-of-00002.safetensors": save({"a.weight": FILTERS}),
            "model-00002-of-00002.safetensors": save({"b.weight": bfloat}),
            "model.safetensors.index.json": json.dumps({"weight_map": {}}).encode(),
        }
    )

    found = values(file)

    np.testing.assert_array_equal(found["a.weight"], FILTERS)
    np.testing.assert_array_equal(found["b.weight"].astype(float), bfloat.astype(float))


def test_one_tensor_in_two_files_of_a_zip_is_refused():
    file = zipped({name: save({"w": FILTERS}) for name in ("a.safetensors", "b.safetensors")})

    with pytest.raises(BrokenWeights, match="two tensors of one name"):
        values(file)


def test_many_files_in_a_zip_and_a_bomb_are_refused_unread():
    many = zipped({f"{number}.safetensors": b"" for number in range(9)})
    bomb = zipped({"a.safetensors": bytes(70 * 2**20)})

    with pytest.raises(UnsupportedWeights, match="in 9 files"):
        values(many)
    with pytest.raises(WeightsTooLarge, match="unpack to 73,400,320 bytes"):
        values(bomb)


@pytest.mark.parametrize(
    "header",
    [
        b"{",
        json.dumps({"w": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 4]}}).encode(),
        json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 400]}}).encode(),
        json.dumps({"\ud800": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode(),
    ],
)
def test_a_header_that_lies_is_refused(header):
    with pytest.raises(BrokenWeights):
        values(struct.pack("<Q", len(header)) + header.ljust(8) + bytes(4))


def test_a_long_header_is_refused_unread():
    entries = [
        f'"{number}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}' for number in range(20_000)
    ]
    header = f"{{{','.join(entries)}}}".encode()

    with pytest.raises(BrokenWeights, match=r"header states 1,\d+,\d+ bytes; up to 1,048,576"):
        values(struct.pack("<Q", len(header)) + header)
