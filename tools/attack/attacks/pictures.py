"""Pictures that are bombs, slow to decode, or very many at once."""

import time

from tools.attack.attacks.views import PROJECTIONS, VIEWS
from tools.attack.plan import (
    NUMBER,
    STRANGERS,
    Answer,
    Plan,
    Request,
    all_of,
    flood,
    sent,
    uploaded,
)
from tools.fuzz.bombs import MAKERS
from tools.load.photographs import photographs

LARGEST = 10 * 2**20 - 100  # bytes of a file, by default
CLASS = 200
PATIENCE_S = 60.0  # in which a student sends a picture again when told so
AGAIN_S = 2.0


def bombs() -> Plan:
    """Upload every decompression bomb and slow picture of every format, one at a time and then eight at once."""
    return Plan(requests=[uploaded(one + NUMBER) for one in hostile_pictures()], senders=8, cpu_s=2)


def mixed() -> Plan:
    """Upload photographs and hostile pictures and ask for the dearest views, 16 at once, for ten seconds."""
    files = [*hostile_pictures(), *photographs(8)]
    uploads = [uploaded(one + NUMBER) for one in files]
    gets = [*VIEWS, *PROJECTIONS]
    both = [
        request for index, one in enumerate(uploads) for request in (one, gets[index % len(gets)])
    ]
    return Plan(crowd=lambda address: flood(address, both, senders=16))


def photographs_200() -> Plan:
    """Upload 200 different photographs of 12 megapixels within a second, from one address, as a class does.

    All of them have to be taken, after retries if the server asks for them.
    """
    files = photographs(CLASS)

    def crowd(address: str) -> list[Answer]:
        def one(number: int) -> list[Answer]:
            time.sleep(number / CLASS)
            return [_until_taken(address, uploaded(files[number]))]

        return all_of(CLASS, one)

    return Plan(crowd=crowd, taken=True)


def hostile_pictures() -> list[bytes]:
    """Return every picture made to be dear that is small enough to be sent."""
    made = [make() for makers in MAKERS.values() for make in makers]
    return [one for one in made if len(one) <= LARGEST]


def _until_taken(address: str, request: Request) -> Answer:
    ends = time.monotonic() + PATIENCE_S
    while (
        answer := sent(address, request, STRANGERS[0])
    ).status == "503" and time.monotonic() < ends:
        time.sleep(AGAIN_S)
    return answer
