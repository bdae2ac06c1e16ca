"""Files damaged at random: each is read or refused by our own errors, and nothing else is raised."""

import io
import struct
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.untrusted.weights.errors import WeightsError
from app.untrusted.weights.layers.choice import Choice
from tests.lab.weight_jobs import JOBS
from tests.untrusted.weights.readers.test_npy import npz
from tools.interop.models import FILES, MODELS

ODD = st.sampled_from([0, 1, 127, 128, 255, 2**16, 2**31, 2**32 - 1, 2**63, 2**64 - 1])
PLACES = st.integers(0, 2**31)


@cache
def genuine() -> dict[str, bytes]:
    arrays: dict[str, np.ndarray] = {
        "a/weight": np.ones((8, 3, 3, 3), np.float32),
        "b": np.ones((4, 8, 3, 3)),
    }
    made = {"stored.npz": npz(arrays), "deflated.npz": npz(arrays, compressed=True)}
    return made | {model.file: (FILES / model.file).read_bytes() for model in MODELS}


@st.composite
def damaged(draw):
    data = bytearray(genuine()[draw(st.sampled_from(sorted(genuine())))])
    head = draw(st.booleans())  # most of what steers a reader is in front
    for _ in range(draw(st.integers(1, 6))):
        place = draw(PLACES) % max(min(len(data), 3_000 if head else len(data)), 1)
        how = draw(st.sampled_from(["flip", "number", "cut", "insert", "remove", "repeat"]))
        if how == "flip":
            data[place : place + 1] = bytes([draw(st.integers(0, 255))])
        elif how == "number":
            width = draw(st.sampled_from([2, 4, 8]))
            data[place : place + width] = struct.pack("<Q", draw(ODD))[:width]
        elif how == "cut":
            del data[max(place, 8) :]
        elif how == "insert":
            data[place:place] = draw(st.binary(max_size=20))
        elif how == "remove":
            del data[place : place + draw(st.integers(1, 40))]
        else:
            data[place:place] = data[place : place + draw(st.integers(1, 400))]
    return bytes(data)


@settings(deadline=None, max_examples=1_000)
@given(damaged())
def test_a_damaged_file_is_read_or_refused(data):
    read_all(data)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(
        [b"PK\3\4", b"\x89HDF\r\n\x1a\n", b"\x93NUMPY\1\0", b"\x30\0\0\0\0\0\0\0{", b"\x08\7"]
    ),
    st.binary(max_size=300),
)
def test_a_file_that_only_starts_well_is_read_or_refused(start, rest):
    read_all(start + rest)


def read_all(data: bytes) -> None:
    """Read whatever a file offers, in a worker; only our own errors are let pass."""
    try:
        JOBS.describe(io.BytesIO(data))
        layers = JOBS.take(io.BytesIO(data), Choice()).layers
    except WeightsError:
        return
    for layer in layers:
        bias = layer.values.bias
        assert layer.values.weight.shape == layer.found.shape
        assert bias is None or bias.shape == (layer.found.filters,)
        assert np.isfinite(layer.values.weight).all()
        assert bias is None or np.isfinite(bias).all()
