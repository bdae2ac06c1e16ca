"""Forms that are large, slow or never end."""

import time
from collections.abc import Iterable

from tools.attack.plan import FLOOD_S, STRANGERS, Answer, Plan, Request, all_of
from tools.chaos.wire import BOUNDARY, connect, exchange, status_of, upload_head

MIB = 2**20
FIELDS, FIELD_BYTES = 10, 1_000_000
WIDE = "\N{GRINNING FACE}"  # one wide character makes Python keep all of them wide
SLOW_S = 12
ENCODED = {"Content_Type": "application/x-www-form-urlencoded"}
CONNECTIONS = 32  # from each network


def slow_fields_1() -> Plan:
    """Send 32 uploads from one address, each with 10 MB of text fields, and never finish the body."""
    return Plan(crowd=lambda address: _slow_fields(address, STRANGERS[:1]), uploads=True)


def slow_fields_2() -> Plan:
    """Send 64 uploads from two addresses, each with 10 MB of text fields, and never finish the body."""
    return Plan(crowd=lambda address: _slow_fields(address, STRANGERS), uploads=True)


def ampersands() -> Plan:
    """Send 9 MiB of `&` in an urlencoded form to upload, to import, and to delete a picture and weights."""
    places = ("/images", "/weights", "/images/cat/delete", "/weights/none/delete")
    body = b"&" * (9 * MIB)
    return Plan(requests=[Request(place, "POST", ENCODED, body) for place in places])


def long_votes() -> Plan:
    """Send 9 MiB of `&` to the votes of a lesson, which take a form of two fields."""
    body = b"&" * (9 * MIB)
    places = ("/lessons/sum/rooms", "/lessons/sum/rooms/AAAA/ballots")
    return Plan(requests=[Request(place, "POST", ENCODED, body) for place in places], refused=True)


def idle_bodies() -> Plan:
    """Hold 64 uploads from two addresses that send nothing but their head, again and again."""
    return Plan(crowd=_idle, uploads=True)


def _slow_fields(address: str, networks: Iterable[str]) -> list[Answer]:
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="original"\r\n\r\n{WIDE}'
    body = (field.encode() + b"x" * FIELD_BYTES + b"\r\n") * FIELDS
    start = [upload_head(len(body) + MIB // 8), body]
    senders = [network for network in networks for _ in range(CONNECTIONS)]

    def one(sender: int) -> list[Answer]:
        ends = time.monotonic() + SLOW_S
        return [Answer(exchange(address, _dripped(start, ends), network=senders[sender]))]

    return all_of(len(senders), one)


def _dripped(start: Iterable[bytes], ends: float) -> Iterable[bytes]:
    yield from start
    while time.monotonic() < ends:
        time.sleep(1)
        yield b"x"


def _idle(address: str) -> list[Answer]:
    """Hold the connections, and open each of them again when it is closed."""

    def one(sender: int) -> list[Answer]:
        ends, answers = time.monotonic() + 2 * FLOOD_S, list[Answer]()
        while (left := ends - time.monotonic()) > 0:
            with connect(address, STRANGERS[sender % 2], seconds=left) as connection:
                connection.sendall(upload_head(100_000))
                answers.append(Answer(status_of(connection)))
            time.sleep(0.1)
        return answers

    return all_of(len(STRANGERS) * CONNECTIONS, one)
