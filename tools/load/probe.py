"""Requests a server's health page repeatedly, from a separate process, and measures how long that takes."""

import time
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

from tools.background import measured

PAUSE_S = 0.05
LONGEST_S = 600  # after this the process ends by itself
FAILED = float("inf")  # seconds of an answer that was not 200, or did not come


def watched(address: str) -> AbstractContextManager[list[float]]:
    """Probe during the context; afterwards the list has the seconds of each answer."""
    return measured(_probe, address)


def _probe(orders: Connection, address: str) -> None:
    taken: list[float] = []
    ends = time.monotonic() + LONGEST_S
    orders.send("began")
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    while not orders.poll() and time.monotonic() < ends:
        start = time.perf_counter()
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            good = answer.status == 200
        except OSError:
            connection.close()
            good = False
        taken.append(time.perf_counter() - start if good else FAILED)
        time.sleep(PAUSE_S)
    orders.send(taken)
