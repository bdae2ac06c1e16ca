"""Connections: heads that are too long, bodies that take turns, requests that begin in turns."""

import asyncio
import socket
from functools import partial
from types import SimpleNamespace

import pytest
import uvicorn

from app.web.gate import wire
from app.web.gate.wire import BEGUN, FEW, HEAD_BYTES, LARGE, Crowd, RestingFlow, Wire
from tests.web.gate.test_connections import app, head, read_all, served  # noqa: F401  (fixture)

POST = head("POST", "/images", "Content-Type: text/plain", f"Content-Length: {2**40}")


class Transport(asyncio.Transport):
    """Notes what is done with it."""

    def __init__(self):
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.reading = True
        self.written = b""
        self.closed = False

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def write(self, data):
        self.written += data

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed


async def never(scope, receive, send):
    await asyncio.Event().wait()


@pytest.fixture
def connect():
    """Make connections to one application, by default one that never answers."""
    crowd = Crowd()

    def connect(answer=never):
        config = uvicorn.Config(answer, lifespan="off", log_config=None)
        config.load()
        state = SimpleNamespace(
            connections=set(), tasks=set(), default_headers=[], total_requests=0
        )
        connection = Wire(config=config, server_state=state, app_state={}, crowd=crowd)
        connection.connection_made(Transport())
        return connection

    connect.crowd = crowd  # type: ignore[attr-defined]
    return connect


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(wire, "PAUSE_SECONDS", 0.01)


def test_a_few_bodies_are_read_as_they_come(connect):
    async def run():
        for _ in range(FEW):
            connection = connect()
            connection.data_received(POST)
            connection.data_received(bytes(LARGE))
            assert not connection.flow.resting

    asyncio.run(run())


def test_a_crowd_of_bodies_is_read_in_turns_and_each_goes_on(connect, slow):
    async def run():
        many = [connect() for _ in range(FEW + 3)]
        for connection in many:
            connection.data_received(POST)
            connection.data_received(bytes(LARGE))
        resting = [connection for connection in many if connection.flow.resting]
        assert len(resting) == 3
        assert not any(connection.transport.reading for connection in resting)

        async with asyncio.timeout(5):
            while any(connection.flow.resting for connection in many):
                await asyncio.sleep(0.01)
        # The application has read none of it: what it asks for is then read.
        for connection in many:
            connection.flow.resume_reading()
        assert all(connection.transport.reading for connection in many)

    asyncio.run(run())


def test_heads_and_small_pieces_never_rest(connect, slow):
    async def run():
        for _ in range(FEW + 3):
            connect().data_received(POST + bytes(LARGE))
        connection = connect()
        connection.data_received(POST)
        connection.data_received(bytes(LARGE - 1))
        assert not connection.flow.resting

    asyncio.run(run())


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n" * LARGE,
        b"\x00" * LARGE,
        head("GET", "/" + "x" * LARGE),
        b"GET /\xff HTTP/1.1\r\n\r\n" * LARGE,
    ],
    ids=["empty lines", "no head", "long address", "no address"],
)
def test_what_is_no_body_never_rests(connect, sent):
    async def run():
        for _ in range(FEW + 3):
            connection = connect()
            connection.data_received(sent)
            assert not connection.flow.resting
        assert not connect.crowd.senders

    asyncio.run(run())


def test_who_ended_a_body_or_left_holds_nobody_back(connect):
    async def run():
        for number in range(4 * FEW):
            connection = connect()
            length = f"Content-Length: {2 * LARGE}"
            connection.data_received(head("POST", "/images", "Content-Type: text/plain", length))
            connection.data_received(bytes(LARGE))
            assert connection in connect.crowd.senders
            if number % 2:
                connection.data_received(bytes(LARGE))
            else:
                connection.connection_lost(None)
            assert connection not in connect.crowd.senders

    asyncio.run(run())


@pytest.mark.parametrize("wanted", [True, False])
def test_the_application_wanting_more_waits_for_the_end_of_the_rest(wanted):
    async def run():
        transport = Transport()
        flow = RestingFlow(transport)
        flow.rest()
        flow.pause_reading()
        if wanted:
            flow.resume_reading()
        assert not transport.reading
        flow.end_rest()
        assert transport.reading is wanted

    asyncio.run(run())


def test_requests_begin_in_their_order_a_few_at_a_time_and_health_at_once(connect):
    begun = []

    async def note(scope, receive, send):
        begun.append(scope["path"])
        await never(scope, receive, send)

    async def run():
        for number in range(2 * BEGUN):
            connect(note).data_received(head("GET", f"/{number}"))
        connect(note).data_received(head("GET", "/below/healthz"))
        for _ in range(2):
            await asyncio.sleep(0)
        assert begun[0] == "/below/healthz"
        assert begun[1:] == [f"/{number}" for number in range(BEGUN)]
        for _ in range(3):
            await asyncio.sleep(0)
        assert begun[1:] == [f"/{number}" for number in range(2 * BEGUN)]

    asyncio.run(run())


@pytest.fixture
def address(app):  # noqa: F811
    with served(app, http=partial(Wire, crowd=Crowd())) as address:
        yield address


@pytest.mark.parametrize(
    "start",
    [b"GET /", b"GET / HTTP/1.1\r\nX-Long: ", b"GET / HTTP/1.1\r\n" + 200 * b"X-Many: x\r\n"],
    ids=["address", "one header", "many headers"],
)
def test_an_endless_head_is_refused_and_said_why(address, start):
    more = b"x" if b"Many" not in start else b"X-Many: x\r\n"
    with socket.create_connection(address) as connection:
        connection.sendall(start)
        answer = wire_answer(connection, more)
    assert answer.startswith(b"HTTP/1.1 400")
    assert str(HEAD_BYTES).encode() in answer


def wire_answer(connection, more):
    """Send just too much, in pieces that are read one by one, and return what is answered."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(0.02)
    for _ in range(100):
        connection.sendall(more * (4096 // len(more)))
        try:
            return connection.recv(2**16)
        except TimeoutError:
            continue
    raise AssertionError("It was not refused.")


def test_a_long_address_below_the_bound_is_answered(address):
    with socket.create_connection(address) as connection:
        connection.sendall(head("GET", "/healthz?" + "x" * (HEAD_BYTES // 2), "Connection: close"))
        assert read_all(connection).startswith(b"HTTP/1.1 200")
