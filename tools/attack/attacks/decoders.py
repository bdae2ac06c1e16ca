"""Pictures at which the decoder itself fails, in a worker process, while a class reads."""

import asyncio
from pathlib import Path

import httpx2

from tools.attack.hooks.sitecustomize import MISHAPS, SIGN
from tools.attack.plan import FLOOD_S, LOST, NUMBER, Answer, Plan, Request, flood, uploaded
from tools.attack.run import PICTURE
from tools.bench.client import with_comment
from tools.load.reader import GaveUp, Reader

HOOKS = Path(__file__).parents[1] / "hooks"
READERS = 50
UPLOADERS = 10  # of them
SCHOOL = "127.0.0.4"
EACH_S = 5.0  # between two pages of one reader


def decoders() -> Plan:
    """Upload pictures at which a decoder crashes, hangs, spins, swells and leaves, while 50 readers read.

    Ten of these upload pictures. Each hostile one costs its sender a 4xx and one worker process, and no reader is
    lost. The decoder fails by a hook that is put into the workers from outside (see `tools/attack/hooks`), so a
    server without workers takes the pictures.
    """
    requests = [uploaded(failing(word)) for word in MISHAPS]
    return Plan(
        requests=requests,
        crowd=lambda address: asyncio.run(_both(address, requests)),
        environment={"PYTHONPATH": str(HOOKS)},
        cpu_s=2.5,  # two seconds of decoding, and a new worker
        refused=True,
    )


def failing(word: bytes) -> bytes:
    """Return a picture at which the decoder fails, each time another file."""
    return with_comment(PICTURE, (SIGN + word + b".").decode()) + NUMBER


async def _both(address: str, requests: list[Request]) -> list[Answer]:
    hostile = asyncio.create_task(asyncio.to_thread(flood, address, requests, senders=2))
    readers = await asyncio.gather(*(_read(address, number) for number in range(READERS)))
    return [*readers, *await hostile]


async def _read(address: str, number: int) -> Answer:
    """Be one reader, who opens new pages, or uploads a new picture, and looks at what came."""
    reader, ends = Reader(address, SCHOOL), asyncio.get_running_loop().time() + FLOOD_S
    place = "/images/cat?weights2=random&seed={seed}"
    await asyncio.sleep(number * EACH_S / READERS)
    visit = 0
    try:
        while asyncio.get_running_loop().time() < ends:
            visit += 1
            if number < UPLOADERS:
                await reader.upload_and_look(with_comment(PICTURE, f"of {number}, {visit}"))
            else:
                await reader.look(place.format(seed=1000 * (number + 1) + visit))
            await asyncio.sleep(EACH_S)
    except (GaveUp, httpx2.HTTPError) as error:
        return Answer(f"{LOST}{error!r}")
    return Answer("reader served")
