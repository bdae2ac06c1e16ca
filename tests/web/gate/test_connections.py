"""Connections over real sockets that close, stall or flood the server."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest
import uvicorn

from app.main import create_app
from app.serving import configuration
from app.settings import Settings
from app.web.gate import bodies, clients
from tests.web.gate.test_admission import form, view

READ = 2**16
SENDERS = 8
PATIENCE = 5  # seconds to wait for an answer that takes milliseconds


@contextmanager
def served(app) -> Iterator[tuple[str, int]]:
    config = configuration(app, host="127.0.0.1", port=0, grace_seconds=20)
    config.lifespan = "off"
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()
    finally:
        server.should_exit = True
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def app(tmp_path):
    app = create_app(Settings(data_dir=tmp_path, threads=1))
    yield app
    app.state.lab.close()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def head(method: str, address: str, *lines: str) -> bytes:
    return "\r\n".join((f"{method} {address} HTTP/1.1", "Host: test", *lines, "", "")).encode()


def read_all(connection: socket.socket) -> bytes:
    connection.settimeout(20)
    return b"".join(iter(lambda: connection.recv(READ), b""))


def is_alive(address: tuple[str, int]) -> bool:
    with closing(HTTPConnection(*address, timeout=PATIENCE)) as connection:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200


def test_a_request_whose_connection_closes_leaves_the_queue_and_is_not_computed(app):
    slots, admission = app.state.lab.slots, app.state.admission
    with served(app) as address:
        assert slots.take_if_free()
        with socket.create_connection(address) as stays:
            with socket.create_connection(address) as leaves:
                leaves.sendall(head("GET", view(1)))
                until(lambda: admission.waiting == 1)
                stays.sendall(head("GET", view(2), "Connection: close"))
                until(lambda: admission.waiting == 2)
            until(lambda: admission.waiting == 1)
            slots.give_back()
            assert read_all(stays).startswith(b"HTTP/1.1 200")
        assert admission.computations == 1


def test_a_body_that_stalls_is_answered_and_its_connection_closed(app, monkeypatch):
    monkeypatch.setattr(bodies, "WINDOW_SECONDS", 0.2)
    body = form(b"x" * 5000)
    kind = "Content-Type: multipart/form-data; boundary=b"
    with served(app) as address, socket.create_connection(address) as connection:
        connection.sendall(head("POST", "/images", kind, f"Content-Length: {len(body)}"))
        connection.sendall(body[:2000])
        assert read_all(connection).startswith(b"HTTP/1.1 408")
        assert app.state.admission.receiving == 0


def test_a_connection_that_reads_nothing_holds_no_slot_and_is_cut_off(app, monkeypatch):
    monkeypatch.setattr(clients, "STALL_SECONDS", 0.3)
    admission = app.state.admission
    with served(app) as address, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ)
        connection.connect(address)
        connection.sendall(head("GET", "/images/cat/trace.npz"))
        until(lambda: admission.computations == 1)
        until(lambda: admission.running == admission.downloads.taken == 0)
        received = read_all(connection)
        assert received.startswith(b"HTTP/1.1 200")
        assert not received.endswith(b"\r\n0\r\n\r\n")  # a truncated answer must not look complete


def test_health_is_answered_while_many_bodies_arrive(app):
    body, over = form(bytes(9 * 2**20)), threading.Event()
    start = head(
        "POST",
        "/images",
        "Content-Type: multipart/form-data; boundary=b",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )

    def pour(address: tuple[str, int]) -> None:
        while not over.is_set():
            with socket.create_connection(address) as connection:
                connection.sendall(start + body)
                assert read_all(connection).startswith(b"HTTP/1.1 415")

    with served(app) as address, ThreadPoolExecutor(SENDERS) as pool:
        senders = [pool.submit(pour, address) for _ in range(SENDERS)]
        try:
            until(lambda: app.state.admission.receiving > 1)
            for _ in range(20):
                assert is_alive(address)
        finally:
            over.set()
        assert not any(sender.done() for sender in senders)  # they were still sending
        for sender in senders:
            sender.result()
