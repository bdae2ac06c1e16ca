"""The .safetensors format against its own package, and headers that lie."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from app.untrusted.weights.errors import BrokenWeights, NoConvolutions, UnsupportedWeights
from app.untrusted.weights.read import read
from tools.interop.models import LIMITS


def file(header: object, data: bytes = b"", *, length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(shape=(8, 3, 3, 3), dtype="F32", offsets=(0, 864)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


@given(st.integers(0, 2**32 - 1), st.sampled_from(["f2", "f4", "f8", "i1", "u4"]))
def test_what_the_package_writes_is_read(seed, dtype):
    random = np.random.RandomState(seed)
    weight = (10 * random.normal(size=(5, 3, 3, 3))).astype(dtype)
    bias = random.normal(size=5).astype("f4")

    found = read(save({"x.weight": weight, "x.bias": bias}), limits=LIMITS)

    ours, own_bias = found.convolution("x.weight")
    np.testing.assert_array_equal(ours, weight.astype(np.float32))
    np.testing.assert_array_equal(own_bias, bias)


def test_layers_are_in_the_order_of_their_numbers():
    weights = {f"features.{n}.weight": np.zeros((4, 4, 3, 3), "f4") for n in (0, 2, 10, 100)}

    found = read(save(weights), limits=LIMITS)

    assert [each.name for each in found.convolutions] == list(weights)


@pytest.mark.parametrize(
    "lying",
    [
        file({"w": entry()}, b""),  # values beyond the end
        file({"w": entry()}, bytes(865)),  # bytes that belong to nothing
        file({"w": entry(), "v": entry()}, bytes(864)),  # overlap
        file({"w": entry(offsets=(0, 860))}, bytes(860)),  # fewer than the shape needs
        file({"w": entry(offsets=(864, 0))}, bytes(864)),
        file({"w": entry(shape=(2**62, 4, 3, 3))}, bytes(864)),
        file({"w": entry(shape=(10**4000, 10**4000))}, bytes(864)),
        file({"w": entry(shape=[1] * 100)}, bytes(864)),
        file({"w": entry(shape=(-8, -3, 3, 3))}, bytes(864)),
        file({"w": entry(shape=(8.0, 3, 3, 3))}, bytes(864)),
        file({"w": entry(shape=(True, True))}, bytes(864)),
        file({"w": {"dtype": "F32"}}, bytes(864)),
        file({"w": 3}, bytes(864)),
        file(b'{"w":' + b"[" * 100_000),
        file(b'{"w":' + b"9" * 5_000 + b"}"),
        file(b'{"w":{},"w":{}}'),
        file(b"{\xff}"),
        file({"w": entry()}, bytes(864), length=2**31),
        file({"w": entry()}, bytes(864), length=4_000),
    ],
)
def test_a_header_that_lies_is_refused(lying):
    with pytest.raises(BrokenWeights):
        read(lying, limits=LIMITS)


@pytest.mark.parametrize("dtype", ["BOOL", "F8_E4M3", "C64", "x" * 1000])
def test_what_is_not_a_number_of_an_ordinary_kind_is_no_filter(dtype):
    with pytest.raises(NoConvolutions, match="Found: w"):
        read(file({"w": entry(dtype=dtype)}, bytes(864)), limits=LIMITS)


def test_too_many_tensors_are_refused():
    header = {f"t{n}": entry((), "U8", (n, n + 1)) for n in range(5_000)}

    with pytest.raises(UnsupportedWeights, match="5,000 tensors; up to 4,096"):
        read(file(header, bytes(5_000)), limits=LIMITS)
