"""Files in other formats are called by their names, and told what would make a file that works."""

import gzip
import io
import pickle
import struct
import subprocess
import sys
import tarfile
import zipfile
from textwrap import dedent

import pytest

from app.untrusted.weights.errors import NotWeights, UnsupportedWeights, WeightsError
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.recognise import TORCH
from tests.untrusted.weights.readers.read_bytes import LIMITS, opened_bytes, values
from tests.untrusted.weights.readers.test_npy import FIRST, npz


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(zipfile.ZipInfo(name), b"x")  # with a date that stays
    return out.getvalue()


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        file.addfile(tarfile.TarInfo("weights.npz"))
    return out.getvalue()


# A version, then a description with an input.
CORE_ML = b"\x08\x05\x12\x85\x01\x0a\x0a\x0a\x05image"
SAVED_MODEL = b"\x08\x01\x12\xd2\xf0\x03\x0a\x37\x12\x35"  # its version, then a graph with facts


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SAVED_MODEL, "SavedModel of TensorFlow.*tf2onnx"),
        (zipped("m/saved_model.pb", "m/variables/variables.index"), "SavedModel of TensorFlow"),
        (CORE_ML, "Core ML"),
        (zipped("m.mlpackage/Data/com.apple.CoreML/model.mlmodel"), "Core ML"),
        (b"\x1c\0\0\0TFL3\x14\0", "TensorFlow Lite.*--tflite"),
        (b'{"format": "layers-model", "modelTopology": {', "TensorFlow.js.*tensorflowjs_converter"),
        (zipped("model.json", "group1-shard1of1.bin"), "TensorFlow.js"),
        (b"GGUF\x03\0\0\0", "GGUF"),
        (pickle.dumps({"w": 1}), "pickles can run code.*safetensors.torch"),
        (zipped("archive/data.pkl", "archive/data/0"), "pickles can run code"),
        (tar(), "archive that is not opened"),
        (gzip.compress(b"x", mtime=0), "archive that is not opened"),
        (b"7z\xbc\xaf'\x1c\0\4", "archive that is not opened"),
    ],
)
def test_a_file_of_another_kind_is_called_by_its_name(file, words):
    with pytest.raises(UnsupportedWeights, match=words):
        values(file)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n", "none of the formats"),
        (zipped("a.txt"), "neither an .npz nor a .keras"),
    ],
)
def test_what_is_nothing_known_is_told_what_would_work(file, words):
    with pytest.raises(NotWeights, match=words):
        values(file)


def test_a_zip_that_is_cut_off_is_called_damaged():
    with pytest.raises(WeightsError, match="zip file is damaged"):
        values(struct.pack("<4sQ", b"PK\3\4", 0))


@pytest.mark.parametrize("length", [1, 10, 100, 200])
def test_a_model_of_onnx_is_none_of_core_ml_however_long_its_maker_is_called(length):
    size = bytes([length]) if length < 128 else bytes([length & 127 | 128, 1])

    with pytest.raises(WeightsError, match="no graph"):
        values(b"\x08\x09\x12" + size + b"p" * length)


def test_only_the_formats_that_the_operator_names_are_accepted():
    few = Limits(filters=LIMITS.filters, kernels=LIMITS.kernels, formats=("safetensors", "onnx"))

    with (
        pytest.raises(
            UnsupportedWeights, match="npz, which this server does not accept; safetensors, onnx"
        ),
        opened_bytes(npz({"w": FIRST}), few),
    ):
        pass


STUBS = """
    import sys, types, collections

    class Tensor:
        def __init__(self, name): self.done = [name]
        def detach(self): return self._then("detach")
        def clone(self): return self._then("clone")
        def contiguous(self): return self._then("contiguous")
        def _then(self, what):
            made = Tensor(self.done[0]); made.done = self.done + [what]; return made

    class Module:
        def state_dict(self): return {"a.weight": Tensor("a"), "count": 3}

    torch, safetensors, inner = types.ModuleType("torch"), types.ModuleType("safetensors"), types.ModuleType("x")
    torch.Tensor = Tensor
    torch.load = lambda *args, **more: LOADED
    inner.save_file = lambda tensors, path: print({k: v.done for k, v in tensors.items()}, path)
    sys.modules.update({"torch": torch, "safetensors": safetensors, "safetensors.torch": inner})
"""


@pytest.mark.parametrize(
    "loaded",
    [
        "Module()",
        "Module().state_dict()",
        "{'epoch': 3, 'state_dict': Module().state_dict()}",
        "{'model': Module(), 'optimizer': {}}",
        "{'model_state_dict': Module().state_dict()}",
    ],
)
def test_the_line_that_converts_a_pickle_unpacks_what_is_usual(loaded):
    program = dedent(STUBS) + f"\nLOADED = {loaded}\n" + TORCH

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "{'a.weight': ['a', 'detach', 'clone', 'contiguous']} file.safetensors\n"
