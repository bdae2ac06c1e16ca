"""Pictures that are bombs, slow to decode, or very many at once."""

import asyncio

import httpx2

from tools.attack.attacks.views import PROJECTIONS, VIEWS
from tools.attack.plan import LOST, NUMBER, STRANGERS, Answer, Plan, flood, uploaded
from tools.fuzz.bombs import MAKERS
from tools.load.photographs import photographs
from tools.load.reader import GaveUp, Reader

LARGEST = 10 * 2**20 - 100  # bytes of a file, by default
CLASS = 200


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
    """Upload 200 different photographs of 12 megapixels within a second from one address, and look at them.

    All are served, after retries when the server asks for them.
    """
    files = photographs(CLASS)

    async def one(address: str, number: int) -> Answer:
        await asyncio.sleep(number / CLASS)
        try:
            await Reader(address, STRANGERS[0]).upload_and_look(files[number])
        except (GaveUp, httpx2.HTTPError) as error:
            return Answer(f"{LOST}{error!r}")
        return Answer("student served")

    async def all_of_them(address: str) -> list[Answer]:
        return await asyncio.gather(*(one(address, number) for number in range(CLASS)))

    return Plan(crowd=lambda address: asyncio.run(all_of_them(address)))


def hostile_pictures() -> list[bytes]:
    """Return every picture made to be dear that is small enough to be sent."""
    made = [make() for makers in MAKERS.values() for make in makers]
    return [one for one in made if len(one) <= LARGEST]
