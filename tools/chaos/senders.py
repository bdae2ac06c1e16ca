"""Misbehaving clients: slow, stalled, lying, endless, with too many parts."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, repeat

from tools.chaos.wire import BOUNDARY, connect, exchange, form, head, status_of, upload_head
from tools.fuzz.bombs import MAKERS

STRANGER = "127.0.0.2"  # the network that misbehaves
MANY = 60
BOMBERS = 8
MIB = 2**20


def slow_bodies(address: str, picture: bytes) -> Counter[str]:
    """Send uploads slowly: a few bytes each second."""
    return _many(lambda number: _drip(address, picture))


def stalled_bodies(address: str, picture: bytes) -> Counter[str]:
    """Send the first half of uploads, then nothing."""
    body = form(picture)
    return _many(lambda number: _half(address, upload_head(len(body)) + body[: len(body) // 2]))


def stalled_heads(address: str, picture: bytes) -> Counter[str]:
    """Open connections and send half a request line; the proxy in front has to end these."""
    connections = [connect(address, STRANGER, seconds=1) for _ in range(MANY)]
    for connection in connections:
        connection.sendall(b"GET /images/ca")
    time.sleep(2)
    for connection in connections:
        connection.close()
    return Counter({"left open": len(connections)})


def stalled_readers(address: str, picture: bytes) -> Counter[str]:
    """Request whole passes and never read the answers."""
    connections = []
    for number in range(12):
        connection = connect(address, STRANGER, seconds=3)
        place = f"/images/cat/trace.npz?weights1=random&weights2=random&seed={number}"
        connection.sendall(head("GET", place))
        connections.append(connection)
    time.sleep(3)
    answers = Counter(status_of(connection) for connection in connections)
    for connection in connections:
        connection.close()
    return answers


def too_short_bodies(address: str, picture: bytes) -> Counter[str]:
    """Declare more bytes than are sent, and leave."""

    def one(number: int) -> str:
        with connect(address, STRANGER) as connection:
            connection.sendall(upload_head(len(form(picture)) + 1000) + form(picture))
            connection.shutdown(1)  # closes the sending side
            return status_of(connection)

    return _many(one)


def too_long_bodies(address: str, picture: bytes) -> Counter[str]:
    """Declare fewer bytes than are sent."""
    body = form(picture)
    return _many(lambda number: exchange(address, [upload_head(100), body], network=STRANGER))


def huge_lengths(address: str, picture: bytes) -> Counter[str]:
    """Declare lengths that are not allowed, or that are not numbers."""
    lengths = ["99999999999", "9" * 400, "-1", "0x10", "1e9", "12, 12"]
    answers = (exchange(address, [upload_head(one)], network=STRANGER) for one in lengths)
    return Counter(answers)


def endless_bodies(address: str, picture: bytes) -> Counter[str]:
    """Send chunks without end."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    start = head("POST", "/images", Content_Type=kind, Transfer_Encoding="chunked")
    part = form(b"")[:120]
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"

    def pieces() -> Iterator[bytes]:
        yield start + b"%x\r\n" % len(part) + part + b"\r\n"
        yield from islice(repeat(chunk), 64 * MIB // 0x10000)

    return _many(lambda number: exchange(address, pieces(), network=STRANGER), count=8)


def ten_thousand_parts(address: str, picture: bytes) -> Counter[str]:
    """Send forms with very many parts, and requests with very many or very long headers."""
    parts = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % (BOUNDARY.encode(), n)
        for n in range(10_000)
    )
    body = parts + form(picture)
    many = {f"X-{number}": "x" for number in range(10_000)}
    requests = (
        [upload_head(len(body)), body],
        [head("GET", "/images/cat", **many)],
        [head("GET", "/images/cat", X_Long="x" * 2**20)],
        [head("GET", "/images/cat?" + "size=32&" * 10_000)],
    )
    return Counter(exchange(address, pieces, network=STRANGER) for pieces in requests)


def bombs(address: str, picture: bytes) -> Counter[str]:
    """Upload every file designed to be expensive, each twice."""
    with ThreadPoolExecutor(BOMBERS) as pool:
        made = [make() for makers in MAKERS.values() for make in makers]
        small = [one for one in made if len(one) <= 10 * MIB]
        return Counter(pool.map(lambda file: _upload(address, file), 2 * small))


def _upload(address: str, file: bytes) -> str:
    return exchange(address, [upload_head(len(form(file))), form(file)], network=STRANGER)


def _drip(address: str, picture: bytes) -> str:
    body = form(picture)
    with connect(address, STRANGER) as connection:
        connection.sendall(upload_head(len(body)))
        for place in range(0, 24):
            try:
                connection.sendall(body[4 * place : 4 * place + 4])
            except OSError:
                break
            time.sleep(0.25)
        connection.settimeout(1)
        return status_of(connection)


def _half(address: str, data: bytes) -> str:
    with connect(address, STRANGER) as connection:
        connection.sendall(data)
        return status_of(connection)


def _many(one: Callable[[int], str], *, count: int = MANY) -> Counter[str]:
    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))
