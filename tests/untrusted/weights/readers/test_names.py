"""The names in a file are counted, each and all together, before more is made of them."""

import zipfile
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save

from app.untrusted.weights.errors import UnsupportedWeights
from tests.untrusted.weights import hostile_files
from tests.untrusted.weights.readers.read_bytes import LIMITS, opened_bytes
from tests.untrusted.weights.readers.test_npy import npz, zipped

FIRST = np.ones((4, 3, 3, 3), np.float32)
SECOND = np.ones((2, 4, 3, 3), np.float32)


@pytest.mark.parametrize("kind", ["npz", "zip", "safetensors", "h5", "onnx"])
@pytest.mark.parametrize("which", ["max_name", "max_names"])
def test_each_format_bounds_a_name_and_all_names_together(kind, which, h5):
    names = ["layer1/conv.weight", "layer2/conv.weight"]
    arrays = dict(zip(names, (FIRST, SECOND), strict=True))
    make = {
        "npz": lambda: npz(arrays),
        "zip": lambda: zipped({name: b"" for name in names}, zipfile.ZIP_STORED),
        "safetensors": lambda: save(arrays),
        "h5": lambda: h5(lambda file: put(file, arrays)),
        "onnx": lambda: hostile_files.model(
            [hostile_files.tensor(name, each.shape, each) for name, each in arrays.items()], names
        ),
    }
    limit = {"max_name": 17, "max_names": 35}[which]
    strict = replace(LIMITS, max_name=17) if which == "max_name" else replace(LIMITS, max_names=35)

    with pytest.raises(UnsupportedWeights, match=f"{limit} "), opened_bytes(make[kind](), strict):
        pass


def put(file, arrays) -> None:
    for name, array in arrays.items():
        file[name] = array
