"""Another reader, from another network, who opens pages that nobody asked for before, and may upload a picture."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from types import MappingProxyType
from urllib.parse import urlsplit

from tools.chaos.wire import BOUNDARY, form

NETWORK = "127.0.0.9"
PAUSE_S = 0.2
PATIENCE_S = 30
PAGE = "/images/cat?weights1=random&weights2=random&seed={seed}"
JSON = {"Accept": "application/json"}
SERVED = {"page": 200, "upload": 201, "deletion": 204}


@dataclass(frozen=True)
class Visit:
    """One request of the reader: what for, its status or error, and its seconds."""

    what: str
    status: str
    seconds: float

    @property
    def is_page(self) -> bool:
        """Return whether a page was asked for."""
        return self.what == "page"

    @property
    def is_served(self) -> bool:
        """Return whether the reader got what was asked for."""
        return self.status == str(SERVED[self.what])


@contextmanager
def reading(address: str, picture: bytes | None = None) -> Iterator[list[Visit]]:
    """Read during the context, and upload and delete the picture if there is one."""
    visits: list[Visit] = []
    over = threading.Event()
    reader = threading.Thread(target=_read, args=(address, picture, over, visits))
    reader.start()
    try:
        yield visits
    finally:
        over.set()
        reader.join()


def _read(address: str, picture: bytes | None, over: threading.Event, visits: list[Visit]) -> None:
    seed = 0
    while not over.wait(PAUSE_S):
        seed += 1
        page = PAGE.format(seed=seed)
        visits.append(_timed("page", partial(_status, address, "GET", page)))
        if picture is not None:
            _upload_and_delete(address, picture + str(seed).encode(), visits)


def _upload_and_delete(address: str, file: bytes, visits: list[Visit]) -> None:
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **JSON}
    told: list[bytes] = []

    def upload() -> str:
        status, body = _ask(address, "POST", "/images", form(file), kind)
        told.append(body)
        return status

    visits.append(_timed("upload", upload))
    if visits[-1].is_served:
        place = urlsplit(json.loads(told[0])["delete_url"])
        deletion = f"{place.path}?{place.query}"
        visits.append(_timed("deletion", partial(_status, address, "DELETE", deletion)))


def _timed(what: str, ask: Callable[[], str]) -> Visit:
    start = time.perf_counter()
    try:
        status = ask()
    except (OSError, HTTPException) as error:
        status = type(error).__name__
    return Visit(what, status, time.perf_counter() - start)


def _status(address: str, method: str, place: str) -> str:
    return _ask(address, method, place)[0]


def _ask(
    address: str,
    method: str,
    place: str,
    body: bytes | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, bytes]:
    at = urlsplit(address)
    connection = HTTPConnection(
        at.hostname or "", at.port, timeout=PATIENCE_S, source_address=(NETWORK, 0)
    )
    with closing(connection):
        connection.request(method, place, body, dict(headers))
        answer = connection.getresponse()
        return str(answer.status), answer.read()
