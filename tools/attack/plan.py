"""What an attack sends, and the answers to it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from socket import socket

from tools.chaos.wire import BOUNDARY, connect, form, head, status_of

STRANGERS = ("127.0.0.2", "127.0.0.3")  # the networks that attack
FLOOD_S = 10.0
ANSWER_S = 60.0  # after this a request counts as not answered
LOST = "lost: "  # starts the status of a reader of a class who was not served
NUMBER = b"{n}"  # stands for another number in each request, so that nothing is known already


@dataclass(frozen=True)
class Answer:
    """The answer to one request: its status, or how the connection ended, and the length of its body."""

    status: str
    nbytes: int = 0


@dataclass(frozen=True)
class Request:
    """One request; `{n}` in its address or body stands for a number."""

    place: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def numbered(self, number: int) -> "Request":
        """Return the request with a number in it."""
        text = str(number)
        return replace(
            self,
            place=self.place.replace(NUMBER.decode(), text),
            body=self.body.replace(NUMBER, text.encode()),
        )

    @property
    def wire(self) -> bytes:
        """Return the bytes to send."""
        given = {"Connection": "close", **self.headers}
        if self.method != "GET":
            given["Content-Length"] = str(len(self.body))
        return head(self.method, self.place, **given) + self.body


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One attack, and the promises that are special to it.

    `requests` are sent alone, each to an idle server, to measure the CPU time of each of them. Then `crowd` sends
    them, or something else, while another reader works. `uploads`: that reader also uploads and deletes pictures.
    `cpu_s` is the most that one request may take, `answer_mib` the largest body of an answer, and `refused` says
    that no answer may be a success. `environment` is added to that of the server.
    """

    requests: Sequence[Request] = ()
    crowd: Callable[[str], list[Answer]] | None = None
    senders: int = 4
    uploads: bool = False
    cpu_s: float = 3
    answer_mib: float | None = None
    refused: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    def attack(self, address: str) -> list[Answer]:
        """Send the crowd of requests and return the answers."""
        if self.crowd:
            return self.crowd(address)
        return flood(address, self.requests, senders=self.senders)


def uploaded(file: bytes, place: str = "/images", **headers: str) -> Request:
    """Return the request of a form with one file."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return Request(place, "POST", {"Content_Type": kind, **headers}, form(file))


def sent(address: str, request: Request, network: str = STRANGERS[0]) -> Answer:
    """Send a request on a connection of its own and read the whole answer, without keeping it."""
    try:
        with connect(address, network, seconds=ANSWER_S) as connection:
            try:
                connection.sendall(request.wire)
            except OSError:
                time.sleep(0.1)  # cut off while sending, possibly after an answer
            return Answer(status_of(connection), _read_to_the_end(connection))
    except OSError as error:  # it was never connected
        return Answer(type(error).__name__)


def _read_to_the_end(connection: socket) -> int:
    nbytes = 0
    with suppress(OSError):  # a server that answers too large a body may cut the connection
        while part := connection.recv(2**20):
            nbytes += len(part)
    return nbytes


def flood(
    address: str,
    requests: Sequence[Request],
    *,
    senders: int,
    seconds: float = FLOOD_S,
    most: int = 2000,
) -> list[Answer]:
    """Send the requests in turn, from both networks, until the time or the number is over."""
    ends, numbers = time.monotonic() + seconds, count(1)

    def one(sender: int) -> Iterator[Answer]:
        while time.monotonic() < ends and (number := next(numbers)) <= most:
            request = requests[number % len(requests)].numbered(number)
            yield sent(address, request, STRANGERS[sender % len(STRANGERS)])

    return all_of(senders, lambda sender: list(one(sender)))


def at_once(address: str, requests: Sequence[Request]) -> list[Answer]:
    """Send all requests at the same time, half of them from each network."""

    def one(sender: int) -> list[Answer]:
        network = STRANGERS[sender % len(STRANGERS)]
        return [sent(address, requests[sender].numbered(sender), network)]

    return all_of(len(requests), one)


def all_of(senders: int, one: Callable[[int], list[Answer]]) -> list[Answer]:
    """Run every sender in a thread of its own, and return all answers."""
    with ThreadPoolExecutor(senders) as pool:
        return [answer for answers in pool.map(one, range(senders)) for answer in answers]
