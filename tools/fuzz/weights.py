"""Damaged weight files of every format, imported: the outcome must be two layers or one of our errors."""

import io
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from app.lab.keep.convolution_choice import LIMITS, ConvolutionChoice, choose_pair, contents_view

from app.untrusted.weights.errors import WeightsError
from app.untrusted.weights.read import read
from tools.fuzz.files import head, run_one
from tools.fuzz.worker import damage
from tools.interop.models import FILES, MODELS

COUNTED = ("BrokenWeights", "NotWeights", "UnsupportedWeights")
FORMATS = ("npz", "safetensors", "h5", "keras", "onnx")


def run(seconds: float, seed: int) -> bool:
    """Import for `seconds` in total, print a table, and return whether nothing went wrong."""
    print(
        "\nDamaged weight files through an import, one core; CPU time, memory of the whole process\n"
    )
    head("broken", "other", "rare kind")
    each = seconds / len(FORMATS)
    return all([run_one(kind, each, seed, "tools.fuzz.weights", COUNTED) for kind in FORMATS])


@cache
def whole_files() -> dict[str, list[bytes]]:
    """Return some files of every format; two of each, since parts of one are put into another."""
    arrays: dict[str, Any] = {
        "a/weight": np.ones((8, 3, 3, 3), np.float32),
        "b": np.ones((4, 8, 3, 3)),
    }
    npz = [io.BytesIO(), io.BytesIO()]
    np.savez(npz[0], **arrays)
    np.savez_compressed(npz[1], **arrays)
    found: dict[str, list[bytes]] = {kind: [] for kind in FORMATS}
    found["npz"] = [file.getvalue() for file in npz]
    for model in MODELS:
        found[model.file.rpartition(".")[2]].append((FILES / model.file).read_bytes())
    return found


def outcome(data: bytes) -> str:
    """Return `accepted` or the name of our error.

    Raises:
        Exception: any other error, which is a failure.
    """
    try:
        found = read(io.BytesIO(data), limits=LIMITS)
        json.dumps(contents_view(found), default=vars, allow_nan=False, ensure_ascii=False).encode()
        pair = choose_pair(found, ConvolutionChoice())
        for one in (pair.first, pair.second):
            weight, bias = found.convolution(one.name, one.order)
            assert weight.shape == one.shape
            assert bias.shape == one.shape[:1]
            assert np.isfinite(weight).all()
            assert np.isfinite(bias).all()
    except WeightsError as refused:
        if not str(refused).isprintable():
            raise AssertionError(f"nobody can read {str(refused)!r}") from refused
        return type(refused).__name__
    return "accepted"


if __name__ == "__main__":
    _, kind, its_seconds, its_seed, its_current = sys.argv
    done = damage(whole_files()[kind], outcome, float(its_seconds), its_seed, Path(its_current))
    print(json.dumps(done))
