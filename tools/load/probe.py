"""Requests a server's health page repeatedly, from a separate process, and measures how long that takes."""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

PAUSE_S = 0.05
LONGEST_S = 600  # after this the process ends by itself


@contextmanager
def watched(address: str) -> Iterator[list[float]]:
    """Probe during the context; afterwards the list has the seconds of each answer."""
    taken: list[float] = []
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_probe, args=(address, theirs), daemon=True)
    process.start()
    ours.recv()  # the probe has started
    try:
        yield taken
    finally:
        ours.send("stop")
        taken += ours.recv()
        process.join(10)


def _probe(address: str, orders: Connection) -> None:
    taken: list[float] = []
    ends = time.monotonic() + LONGEST_S
    orders.send("began")
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    while not orders.poll() and time.monotonic() < ends:
        start = time.perf_counter()
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - start if answer.status == 200 else float("inf"))
        time.sleep(PAUSE_S)
    orders.send(taken)
