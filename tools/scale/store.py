"""A Valkey or Redis server on loopback, configured as in compose.scale.yaml."""

import os
import signal
from pathlib import Path

from tools.scale.processes import Process, free_port, listens
from tools.scale.programs import STORES, find


class StoreServer:
    """A server that writes to `folder`, which can be stopped and restarted at the same address.

    Raises:
        Missing: neither Valkey nor Redis is installed.
        Failed: it did not start.
    """

    def __init__(
        self,
        folder: Path,
        *,
        mebibytes: int = 64,
        policy: str = "volatile-ttl",
        persistent: bool = False,
    ) -> None:
        self._folder = folder
        self._program = find(*STORES)
        self._port = free_port()
        self._flags = [
            *("--maxmemory", f"{mebibytes}mb", "--maxmemory-policy", policy),
            *("--save", "", "--appendonly", "yes" if persistent else "no"),
        ]
        self.start()

    @property
    def url(self) -> str:
        """Return the value of STORE."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start or restart the server."""
        place = ["--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(self._folder)]
        self._process = Process(
            [self._program.path, *place, *self._flags],
            log=self._folder / "store.log",
            environment=self._program.environment,
            ready=lambda: listens(self._port),
        )

    def stop(self) -> None:
        """Stop the server like an operator does."""
        self._process.stop()

    def kill(self) -> None:
        """Kill the server, as in a crash."""
        self._process.kill()

    def suspend(self) -> None:
        """Suspend the server, so that it does not answer."""
        os.kill(self._process.id, signal.SIGSTOP)

    def resume(self) -> None:
        """Resume the server."""
        os.kill(self._process.id, signal.SIGCONT)
