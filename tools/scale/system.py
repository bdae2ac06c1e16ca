"""A store, replicas and optionally a balancer in front of them; and the actions of a visitor."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from tools.bench.client import with_comment
from tools.scale.balancers import Balancer
from tools.scale.cluster import Replica, client, running
from tools.scale.store import StoreServer

SAMPLE = Path(__file__).parents[2] / "static/samples/cat.jpg"
JSON = {"Accept": "application/json"}
PATIENCE_S = 20


@dataclass(frozen=True)
class System:
    """The running processes, and a client of `address`: the balancer if there is one, else the first replica."""

    store: StoreServer
    replicas: list[Replica]
    address: str
    client: httpx2.Client
    folder: Path


@contextmanager
def system(count: int, *, balancer: Balancer | None = None, **settings: object) -> Iterator[System]:
    """Run `count` replicas on a store with `settings` during the context."""
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory()))
        store = StoreServer(folder, **settings)  # type: ignore[arg-type]
        held.callback(store.kill)
        replicas = held.enter_context(running(folder, store.url, count))
        address = held.enter_context(balancer(folder, replicas)) if balancer else replicas[0].url
        yield System(store, replicas, address, held.enter_context(client(address)), folder)


def post(asked: httpx2.Client, name: str) -> httpx2.Response:
    """Upload a picture, a different one for each name."""
    file = with_comment(SAMPLE.read_bytes(), name)
    return asked.post("/images", files={"file": file}, headers=JSON)


def upload(asked: httpx2.Client, name: str) -> dict[str, str]:
    """Upload a picture and return the answer."""
    answer = post(asked, name)
    assert answer.status_code == 201, answer.text
    added: dict[str, str] = answer.json()
    return added


def path_of(added: dict[str, str]) -> str:
    """Return the address of an upload's lab."""
    return httpx2.URL(added["url"]).path


def is_served(asked: httpx2.Client, place: str) -> bool:
    """Return whether a picture is served."""
    return asked.get(f"{place}/picture.png?size=64").status_code == 200


def until(holds: Callable[[], bool]) -> bool:
    """Wait until a condition holds, and return whether it does in the end."""
    ends = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > ends:
            return False
        time.sleep(0.05)
    return True
