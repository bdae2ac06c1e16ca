"""Processes of our own on loopback: started, waited for, and ended in any case."""

import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

SECONDS_TO_START = 60
SECONDS_TO_STOP = 15


class Failed(Exception):
    """A process did not start; the message holds its log."""


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody does."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """One process with a log. `ready` tells whether it has started."""

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
        """Ask it to end, and see that it does."""
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._process.kill()
        self._process.wait()
