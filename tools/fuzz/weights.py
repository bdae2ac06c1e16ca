"""Damaged weight files of every format, imported: the outcome must be two layers or one of our errors."""

import io
import json
import sys
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.lab.keep.contents_view import contents_view
from app.lab.keep.decode_budget import MegapixelBudget
from app.lab.keep.weight_jobs import WeightJobs
from app.untrusted.pool import Workers
from app.untrusted.weights.errors import WeightsError
from app.untrusted.weights.layers.choice import Choice
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


@cache
def _workers() -> Workers:
    """Return the worker that reads the files, as in the server; what stops it is refused as broken."""
    return Workers(1, imports=_nothing)


@cache
def _jobs() -> WeightJobs:
    return WeightJobs(_workers(), MegapixelBudget(10**9))


def _nothing() -> None:
    """Nothing has to be imported ahead."""


def outcome(data: bytes) -> str:
    """Return `accepted` or the name of our error.

    Raises:
        Exception: any other error, which is a failure.
    """
    try:
        view = contents_view(_jobs().describe(io.BytesIO(data)))
        json.dumps(view, default=vars, allow_nan=False, ensure_ascii=False).encode()
        for layer in _jobs().take(io.BytesIO(data), Choice()).layers:
            bias = layer.values.bias
            assert layer.values.weight.shape == layer.found.shape
            assert bias is None or bias.shape == (layer.found.filters,)
            assert np.isfinite(layer.values.weight).all()
            assert bias is None or np.isfinite(bias).all()
    except WeightsError as refused:
        if not str(refused).isprintable():
            raise AssertionError(f"nobody can read {str(refused)!r}") from refused
        return type(refused).__name__
    return "accepted"


if __name__ == "__main__":
    _, kind, its_seconds, its_seed, its_current = sys.argv
    with closing(_workers()):
        done = damage(whole_files()[kind], outcome, float(its_seconds), its_seed, Path(its_current))
    print(json.dumps(done))
