"""The CPU time and memory that each file designed to be expensive takes from the workers that decode uploads."""

import json
import resource
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from app.lab.keep.decoding import SECONDS, Decoder
from app.settings import Settings
from app.untrusted.pictures.decode import warm_up
from app.untrusted.pictures.errors import PictureError
from app.untrusted.pool import JobFailed, Workers
from tools.fuzz import bombs

ROOT = Path(__file__).parents[2]
MOST_S = SECONDS + 0.3  # starting a worker does not always take the same time
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
    with closing(Workers(1, imports=warm_up)) as workers:
        workers.start()
    start_seconds, _ = _of_workers()
    with closing(Workers(1, imports=warm_up)) as workers:
        workers.start()
        try:
            picture = Decoder(Settings(threads=1), workers).decode(data)
            outcome, starts = f"{picture.width} x {picture.height}", 2
        except PictureError as refused:
            outcome = f"{type(refused).__name__}: {str(refused).partition(';')[0]}"
            starts = (
                3 if isinstance(refused.__cause__, JobFailed) else 2
            )  # the next one starts at once
            workers.start()  # waits for it
    seconds, mib = _of_workers()
    return {"seconds": max(seconds - starts * start_seconds, 0), "mib": mib, "outcome": outcome}


def _of_workers() -> tuple[float, float]:
    """Return the CPU seconds of all workers that ended, and the peak memory of the largest."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_measure(sys.stdin.buffer.read())))
