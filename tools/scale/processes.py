"""Processes on loopback: started, awaited until ready, and always stopped."""

import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

SECONDS_TO_START = 60
SECONDS_TO_STOP = 15


class Failed(Exception):
    """A process did not start; the message has its log."""


def free_port() -> int:
    """Return a free port of the loopback address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    """Return whether anything listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """One process with a log. `ready` returns whether it has started."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: dict[str, str],
        ready: Callable[[], bool],
        folder: Path | None = None,
    ) -> None:
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        self.id = self._process.pid
        ends = time.monotonic() + SECONDS_TO_START
        while not ready():
            if self._process.poll() is not None or time.monotonic() > ends:
                self.kill()
                raise Failed(f"{command[0]} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask the process to end, and make sure that it does."""
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill the process at once, as in a crash."""
        self._process.kill()
        self._process.wait()
