"""Replicas of the application on one store, as processes on loopback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import httpx2

from tools.scale.processes import Process, free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


class Replica:
    """`python -m app` with one computing thread, which can be stopped and restarted at the same address.

    While it runs, the folder `names` has a file named after its address.
    """

    def __init__(self, folder: Path, store: str, number: int, port: int) -> None:
        self.host, self.port = f"127.0.0.{2 + number}", port
        self._folder = folder
        self._name = folder / "names" / self.host
        self._store = store
        self.start()

    @property
    def url(self) -> str:
        """Return the address of the replica."""
        return f"http://{self.host}:{self.port}"

    @property
    def id(self) -> int:
        """Return the process id of the replica."""
        return self._process.id

    def start(self) -> None:
        """Start or restart the replica."""
        self._process = Process(
            [sys.executable, "-m", "app", "--host", self.host, "--port", str(self.port)],
            folder=ROOT,
            log=self._folder / f"replica-{self.host}.log",
            environment=os.environ | {"STORE": self._store, "THREADS": "1"},
            ready=self._is_ready,
        )
        self._name.touch()

    def stop(self) -> None:
        """Stop the replica like an operator does."""
        self._process.stop()
        self._name.unlink(missing_ok=True)

    def kill(self) -> None:
        """Kill the replica, as in a crash."""
        self._process.kill()
        self._name.unlink(missing_ok=True)

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


@contextmanager
def running(folder: Path, store: str, count: int) -> Iterator[list[Replica]]:
    """Run `count` replicas during the context."""
    replicas: list[Replica] = []
    (folder / "names").mkdir()
    port = free_port()
    try:
        for number in range(count):
            replicas.append(Replica(folder, store, number, port))
        yield replicas
    finally:
        for replica in replicas:
            replica.kill()


def client(address: str) -> httpx2.Client:
    """Return a client for one address."""
    return httpx2.Client(base_url=address, timeout=PATIENCE_S, trust_env=False)
