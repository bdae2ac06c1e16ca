"""Runs the real server in a separate process, on a free port of the loopback address."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1]
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10


class ServerFailed(Exception):
    """The server did not start, or logged an exception; the message has its log."""


@contextmanager
def running_server(
    folder: Path, environment: Mapping[str, str] = MappingProxyType({}), *, root: Path = ROOT
) -> Iterator[str]:
    """Run the server with `folder` for uploads and log, yield the address, and stop it at the end.

    `environment` is added to that of this process. `root` is the checkout whose server is run.

    Raises:
        ServerFailed: it did not start, or logged an exception while it ran.
    """
    log = folder / "server.log"
    command = [sys.executable, "-m", "app", "--port", "0"]
    own = {"DATA_DIR": str(folder / "uploads"), "NO_COLOR": "1"}
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command,
            cwd=root,
            env={**os.environ, **own, **environment},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )
    try:
        yield _address(process, log)
    finally:
        _stop(process)
    if "Traceback" in log.read_text():
        raise ServerFailed(f"The server logged an exception:\n{log.read_text()}")


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        # Port 0 lets the system choose; uvicorn logs the port when it listens.
        if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise ServerFailed(f"The server did not start:\n{log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
