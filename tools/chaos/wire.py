"""Raw bytes on a socket, for requests that no well-behaved client sends."""

import socket
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

BOUNDARY = "chaos-boundary"


def connect(address: str, network: str = "127.0.0.1", *, seconds: float = 20) -> socket.socket:
    """Open a connection from one of this machine's loopback addresses."""
    place = urlsplit(address)
    assert place.hostname
    assert place.port
    return socket.create_connection(
        (place.hostname, place.port), timeout=seconds, source_address=(network, 0)
    )


def head(method: str, place: str, **headers: str) -> bytes:
    """Return the head of a request; underscores in header names become hyphens."""
    given = {"Host": "127.0.0.1", **headers}
    lines = [f"{method} {place} HTTP/1.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def form(file: bytes) -> bytes:
    """Return a multipart body with one file."""
    start = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file"; filename="a"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return start.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()


def upload_head(length: int | str, **headers: str) -> bytes:
    """Return the head of an upload that declares `length` bytes."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return head("POST", "/images", Content_Type=kind, Content_Length=str(length), **headers)


def status_of(connection: socket.socket) -> str:
    """Return the status of the answer, or how the connection ended without one."""
    received = b""
    try:
        while b"\r\n" not in received:
            part = connection.recv(4096)
            if not part:
                return "closed"
            received += part
    except TimeoutError:
        return "no answer"
    except OSError:
        return "closed"
    return received.split(b" ", 2)[1].decode("ascii", "replace")


def exchange(address: str, pieces: Iterable[bytes], *, network: str = "127.0.0.1") -> str:
    """Send the pieces in order and return the status."""
    with connect(address, network) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
        except OSError:  # cut off while sending, possibly after an answer
            time.sleep(0.1)
        return status_of(connection)
