"""A name server on loopback that answers like Docker's: one name has the addresses of all replicas."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HEADER_BYTES = 12
ANSWERED, UNKNOWN = 0x8580, 0x8583  # flags of a reply: an answer, or no such name
ADDRESS, INTERNET = 1, 1  # type and class of a question
SECONDS_VALID = 1


@contextmanager
def name_server(folder: Path, name: str) -> Iterator[str]:
    """Answer for `name` with the names of the files in `folder` during the context; yield the address and port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind(("127.0.0.1", 0))
        asked.settimeout(0.1)
        over = threading.Event()
        thread = threading.Thread(target=_serve, args=(asked, over, folder, name))
        thread.start()
        try:
            yield f"127.0.0.1:{asked.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def _serve(asked: socket.socket, over: threading.Event, folder: Path, name: str) -> None:
    while not over.is_set():
        try:
            question, sender = asked.recvfrom(4096)
        except TimeoutError:
            continue
        asked.sendto(_reply(question, folder, name), sender)


def _reply(question: bytes, folder: Path, name: str) -> bytes:
    labels, place = [], HEADER_BYTES
    while length := question[place]:
        labels.append(question[place + 1 : place + 1 + length].decode("ascii"))
        place += 1 + length
    place += 1  # the end of the name, then its type and class
    wanted = int.from_bytes(question[place : place + 2], "big")
    known = ".".join(labels) == name
    addresses = sorted(one.name for one in folder.iterdir()) if known and wanted == ADDRESS else []
    counts = (1, len(addresses), 0, 0)
    flags = ANSWERED if known else UNKNOWN
    return b"".join(
        (
            question[:2],
            flags.to_bytes(2, "big"),
            *(count.to_bytes(2, "big") for count in counts),
            question[HEADER_BYTES : place + 4],
            *map(_record, addresses),
        )
    )


def _record(address: str) -> bytes:
    name = 0xC000 | HEADER_BYTES  # a pointer to the name in the question
    numbers = ((name, 2), (ADDRESS, 2), (INTERNET, 2), (SECONDS_VALID, 4), (4, 2))
    return b"".join(number.to_bytes(size, "big") for number, size in numbers) + socket.inet_aton(
        address
    )
