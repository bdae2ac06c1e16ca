"""Replicas of the application on one store, and nginx before them, as processes of their own on loopback."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import httpx2

from tests.scale.processes import Process, free_port, listens
from tests.scale.programs import PROXY, find

ROOT = Path(__file__).parents[2]
CONFIGURATION = Path(__file__).with_name("nginx.conf")
PATIENCE_S = 60


class Replica:
    """`python -m app` with one thread that computes, which can end and come back at the same port."""

    def __init__(self, folder: Path, store: str) -> None:
        self.port = free_port()
        self._folder = folder
        self._store = store
        self.start()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def id(self) -> int:
        """Return the id of its process."""
        return self._process.id

    def start(self) -> None:
        """Start it, again."""
        self._process = Process(
            [sys.executable, "-m", "app", "--port", str(self.port)],
            folder=ROOT,
            log=self._folder / f"replica-{self.port}.log",
            environment=os.environ | {"STORE": self._store, "THREADS": "1"},
            ready=self._is_ready,
        )

    def stop(self) -> None:
        """End it as an operator does."""
        self._process.stop()

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.kill()

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


@contextmanager
def running(folder: Path, store: str, count: int) -> Iterator[list[Replica]]:
    """Run so many replicas for as long as the context lasts."""
    replicas: list[Replica] = []
    try:
        for _ in range(count):
            replicas.append(Replica(folder, store))
        yield replicas
    finally:
        for replica in replicas:
            replica.kill()


@contextmanager
def proxied(folder: Path, replicas: Sequence[Replica]) -> Iterator[str]:
    """Run nginx before replicas and give its address."""
    program, port = find(PROXY), free_port()
    place = folder / f"nginx-{port}"
    place.mkdir()
    (place / "nginx.conf").write_text(_configuration(port, replicas))
    process = Process(
        [program.path, "-p", str(place), "-c", "nginx.conf", "-e", "stderr"],
        log=place / "log",
        environment=program.environment,
        ready=lambda: listens(port),
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()


def _configuration(port: int, replicas: Sequence[Replica]) -> str:
    servers = [f"server 127.0.0.1:{replica.port} max_fails=0;" for replica in replicas]
    text = CONFIGURATION.read_text().replace("@LISTEN@", f"127.0.0.1:{port}")
    text = text.replace("@REPLICAS@", "\n        ".join(servers))
    # Started by root, nginx would become a user who cannot reach this folder.
    return text.replace("@USER@", "" if os.geteuid() else "user root;")


def client(address: str) -> httpx2.Client:
    """Return a client that asks one address."""
    return httpx2.Client(base_url=address, timeout=PATIENCE_S, trust_env=False)
