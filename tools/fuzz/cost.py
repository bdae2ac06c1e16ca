"""The CPU time and memory of decoding each file designed to be expensive, in a separate process."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import PictureError
from tools.bench.memory import peak_mib
from tools.fuzz import bombs
from tools.picture_files.photographs import photograph, saved

ROOT = Path(__file__).parents[2]
MOST_S = 2
ROW = "{:6} {:22} {:>11} {:>7} {:>9}  {}"


def run(seconds: float, seed: int) -> bool:
    """Print a line for each file, and return whether all stay within two seconds."""
    print(ROW.format("format", "file", "bytes", "CPU s", "peak MiB", "outcome"))
    return all(
        [_run(kind, make.__name__) for kind, makers in bombs.MAKERS.items() for make in makers]
    )


def _run(kind: str, name: str) -> bool:
    data = getattr(bombs, name)()
    command = [sys.executable, "-m", "tools.fuzz.cost"]
    done = subprocess.run(command, cwd=ROOT, input=data, capture_output=True, check=True)
    found = json.loads(done.stdout)
    print(
        ROW.format(
            kind,
            name.partition("_")[2].replace("_", " "),
            f"{len(data):,}",
            f"{found['seconds']:.2f}",
            f"{found['mib']:.0f}",
            found["outcome"],
        ),
        flush=True,
    )
    return bool(found["seconds"] <= MOST_S)


def _measure(data: bytes) -> dict[str, object]:
    decode(saved(photograph(8, 8), "PNG"))  # imports that happen at first use
    base, began = _current_mib(), time.process_time()
    try:
        picture = decode(data)
        outcome = f"{picture.width} x {picture.height}"
    except PictureError as refused:
        outcome = f"{type(refused).__name__}: {str(refused).partition(';')[0]}"
    taken = time.process_time() - began
    return {"seconds": taken, "mib": (peak_mib(os.getpid()) or 0) - base, "outcome": outcome}


def _current_mib() -> float:
    statm = Path("/proc/self/statm")
    return (
        int(statm.read_text().split()[1]) * resource.getpagesize() / 2**20 if statm.exists() else 0
    )


if __name__ == "__main__":
    print(json.dumps(_measure(sys.stdin.buffer.read())))
