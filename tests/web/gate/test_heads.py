"""Heads of requests over a socket: the limit on their length, and invalid heads."""

import asyncio
import select
import socket

import pytest

from app.web.gate.connections import HEAD_PIECE
from app.web.gate.request_limits import HEAD_BYTES
from tests.web.gate.asgi import PendingRequest
from tests.web.gate.test_connections import app, head, is_alive, read_all, served  # noqa: F401  (fixture)

PIECE = 2**12
INVALID_HEADS = {
    "zeros": bytes(PIECE),
    "no method": b"\r\n" * PIECE,
    "no version": b"GET /healthz\r\n\r\n",
    "no ASCII": b"GET /\xff HTTP/1.1\r\nHost: test\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "two lengths": head("POST", "/images", "Content-Length: 1", "Content-Length: 2"),
}


@pytest.fixture
def address(app):  # noqa: F811
    with served(app) as address:
        yield address


def sent_until_refused(connection: socket.socket, more: bytes) -> int:
    """Send chunk after chunk until the server answers; return how many bytes it accepted."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for sent in range(len(more), 4 * HEAD_BYTES, len(more)):
        connection.sendall(more)
        if select.select([connection], [], [], 0.05)[0]:
            return sent
    raise AssertionError("The head was not refused.")


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"GET /", b"x" * PIECE),
        (b"GET / HTTP/1.1\r\nX-Long: ", b"x" * PIECE),
        (b"GET / HTTP/1.1\r\n", b"X-Many: 1\r\n" * (PIECE // 11)),
    ],
    ids=["address", "one header", "many headers"],
)
def test_an_endless_head_is_refused_at_the_limit(address, start, more):
    with socket.create_connection(address) as connection:
        connection.sendall(start)
        sent = sent_until_refused(connection, more)
        answer = read_all(connection)
    assert HEAD_BYTES - len(more) < sent < HEAD_BYTES + 2 * len(more)
    assert answer.startswith(b"HTTP/1.1 400")
    assert is_alive(address)


def test_a_head_above_the_limit_is_refused(address):
    with socket.create_connection(address) as connection:
        connection.sendall(head("GET", "/healthz", f"X-Long: {'x' * HEAD_BYTES}"))
        assert read_all(connection).startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))


@pytest.mark.parametrize(
    "lines",
    [
        [f"X-Blank: {' ' * (HEAD_BYTES + HEAD_PIECE)}x"],  # h11 hands on none of the spaces
        ["X-Folded: x", *[f" {'x' * 99}"] * (HEAD_BYTES // 100)],
        ["X-Many: x"] * (HEAD_BYTES // 8),
    ],
    ids=["spaces", "folded", "many"],
)
def test_a_head_above_the_limit_that_arrives_at_once_is_refused(address, lines):
    with socket.create_connection(address) as connection:
        connection.sendall(head("GET", "/healthz", "Connection: close", *lines))
        assert read_all(connection).startswith((b"HTTP/1.1 400", b"HTTP/1.1 431"))
    assert is_alive(address)


@pytest.mark.parametrize(
    ("query", "headers"),
    [("x" * HEAD_BYTES, {}), ("", {"X-Long": "x" * HEAD_BYTES})],
    ids=["address", "header"],
)
def test_the_answer_to_a_complete_head_above_the_limit_states_the_limit(app, query, headers):  # noqa: F811
    async def ask():
        return await PendingRequest(app, f"/healthz?{query}", headers=headers).answer()

    answer = asyncio.run(ask())
    assert answer.status == 431
    assert f"{HEAD_BYTES // 2**10} KiB" in answer.body.decode()
    assert answer.headers["connection"] == "close"


def test_a_long_address_below_the_limit_is_answered(address):
    sent = head("GET", "/healthz?" + "x" * (HEAD_BYTES - 1000), "Connection: close")
    with socket.create_connection(address) as connection:
        connection.sendall(sent[:-1000])
        assert not select.select([connection], [], [], 0.2)[0]
        connection.sendall(sent[-1000:])
        assert read_all(connection).startswith(b"HTTP/1.1 200")


def test_a_head_that_arrives_byte_by_byte_is_answered(address):
    with socket.create_connection(address) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in head("GET", "/healthz", "Connection: close"):
            connection.sendall(bytes([byte]))
        assert read_all(connection).startswith(b"HTTP/1.1 200")


def test_pipelined_requests_are_answered_in_order(address):
    with socket.create_connection(address) as connection:
        last = head("GET", "/nowhere", "Connection: close")
        connection.sendall(head("GET", "/healthz") + head("GET", "/readyz") + last)
        statuses = [part[:3] for part in read_all(connection).split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"503", b"404"]  # not ready, since the lifespan is off


@pytest.mark.parametrize("sent", INVALID_HEADS.values(), ids=INVALID_HEADS)
def test_an_invalid_head_is_refused_and_its_connection_closed(address, sent):
    with socket.create_connection(address) as connection:
        connection.sendall(sent)
        assert read_all(connection).startswith(b"HTTP/1.1 400")
    assert is_alive(address)


def test_a_body_that_becomes_invalid_after_the_answer_closes_only_its_own_connection(address):
    with socket.create_connection(address) as connection:
        connection.sendall(head("POST", "/nowhere", "Transfer-Encoding: chunked"))
        assert connection.recv(2**16).startswith(b"HTTP/1.1 404")
        connection.sendall(b"no length\r\n")
        read_all(connection)
    assert is_alive(address)
