"""Damaged files of every format, decoded: the outcome must be a picture or one of our errors."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.untrusted.pictures.formats import ACCEPTED

ROOT = Path(__file__).parents[2]
FAILED = ROOT / "build/fuzz"
# After its time is over, a process may take this much longer before it counts as hanging.
PATIENCE_S = 60
WORKER = "tools.fuzz.worker"
COUNTED = ("BrokenPicture", "NotAPicture", "PictureTooLarge")
ROW = "{:11} {:>8} {:>9} {:>8} {:>8} {:>10} {:>10} {:>10}"


def run(seconds: float, seed: int) -> bool:
    """Decode for `seconds` in total, print a table, and return whether nothing went wrong."""
    print("Damaged files through the decoder, one core; CPU time, memory of the whole process\n")
    head("broken", "other", "too large")
    each = seconds / len(ACCEPTED)
    return all([run_one(kind, each, seed, WORKER, COUNTED) for kind in ACCEPTED])


def head(*counted: str) -> None:
    """Print the header of a table."""
    print(ROW.format("format", "files", "accepted", *counted, "slowest ms", "peak MiB"))


def run_one(kind: str, seconds: float, seed: int, worker: str, counted: tuple[str, ...]) -> bool:
    """Run the module `worker` on damaged files of one format, and print the number of each outcome."""
    FAILED.mkdir(parents=True, exist_ok=True)
    current = FAILED / f"{kind}.current"
    command = [sys.executable, "-X", "faulthandler", "-m", worker]
    command += [kind, str(seconds), f"{kind} {seed}", str(current)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return _failed(kind, seed, current, f"no answer within {PATIENCE_S} s")
    if done.returncode:
        return _failed(kind, seed, current, f"process ended with {done.returncode}\n{done.stderr}")
    found = json.loads(done.stdout.splitlines()[-1])
    if "failure" in found:
        return _failed(kind, seed, current, found["failure"])
    current.unlink(missing_ok=True)
    _print(kind, found, counted)
    return True


def _failed(kind: str, seed: int, current: Path, why: str) -> bool:
    kept = FAILED / f"{kind}-{seed}.bin"
    current.replace(kept)
    print(f"{kind:8} FAILED: {kept.relative_to(ROOT)} holds the file\n{why}")
    return False


def _print(kind: str, found: dict[str, Any], counted: tuple[str, ...]) -> None:
    outcomes = found["outcomes"]
    counts = [outcomes.get(name, 0) for name in ("accepted", *counted)]
    total = sum(outcomes.values())
    print(
        ROW.format(kind, total, *counts, f"{found['slowest_ms']:.0f}", f"{found['peak_mib']:.0f}"),
        flush=True,
    )
