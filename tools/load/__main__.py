"""Simulates a class of students on one server, on loopback: `make load`. Prints times, and asserts none."""

import argparse
import asyncio
import os
import re
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from tools.bench import memory
from tools.bench.live import moving_frames
from tools.bench.upload import PICTURE
from tools.load.photographs import photographs
from tools.load.probe import watched
from tools.load.reader import GaveUp, Reader
from tools.load.viewers import Viewer, described
from tools.load.voters import GUESSES, Voter, counted, open_room
from tools.quantiles import quantile
from tools.serving import running_server

CLASS = 200
READERS = 500
LIVE = 30
OWN_READERS, LIVE_SECONDS = 100, 30.0
OWN = "/images/cat?weights2=random&seed={seed}"  # nobody else has computed it
SCHOOL = "127.0.0.1"  # the whole class is behind one router
OPENED = "/images/cat/layers/2/maps/22/contributions"  # a view that a course page would embed
COMPUTATIONS = re.compile(
    r"^convfold_computation_seconds_count(?:\{[^}]*\})? ([0-9.]+)", re.MULTILINE
)


@dataclass(frozen=True)
class Row:
    """The result of one scenario; times in seconds, from the first byte sent until both sheets have arrived."""

    what: str
    asked: int
    served: int
    seconds: list[float]
    refusals: int
    health: list[float]
    peak_mib: float | None
    computations: int | None


def main() -> int:
    """Run the scenarios, print the table, and return 1 if anybody was not served."""
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=__doc__)
    parser.add_argument("--people", type=int, default=CLASS, help="who upload (%(default)s)")
    parser.add_argument("--readers", type=int, default=READERS, help="who read (%(default)s)")
    parser.add_argument("--spread", type=float, default=60, help="seconds of the slow class")
    parser.add_argument("--live", type=int, default=LIVE, help="who show a camera (%(default)s)")
    parser.add_argument("--only", choices=("live",), help="run this part alone")
    given = parser.parse_args()
    if given.only == "live":
        return _report(_live_rows(given.live))
    print(f"Making {given.people} photographs of 12 megapixels ...", file=sys.stderr)
    pictures = photographs(given.people)
    mean = sum(map(len, pictures)) / len(pictures) / 2**20
    print(
        f"{len(pictures)} JPEG files, {mean:.1f} MiB each; {os.cpu_count()} cores for both sides."
    )
    rows = [
        _run(f"{given.people} uploads within 1 s", _uploads(pictures, 1)),
        _run(f"{given.people} uploads over {given.spread:g} s", _uploads(pictures, given.spread)),
        _run(f"{given.readers} readers of one view within 1 s", _readers(given.readers)),
        _run(f"{given.people} votes in one room within 1 s", _votes(given.people)),
        *_live_rows(given.live),
    ]
    return _report(rows)


def _report(rows: Sequence[Row]) -> int:
    print(table(rows))
    return int(any(row.served < row.asked for row in rows))


def _live_rows(viewers: int) -> list[Row]:
    what = f"{OWN_READERS} readers of their own settings over {LIVE_SECONDS:g} s"
    return [
        _run(what, _readers_beside(0)),
        _run(f"  the same beside {viewers} live cameras", _readers_beside(viewers)),
    ]


Scenario = Callable[[str], Coroutine[None, None, tuple[list[Reader], list[float | GaveUp]]]]


def _uploads(pictures: Sequence[bytes], spread: float) -> Scenario:
    async def run(address: str) -> tuple[list[Reader], list[float | GaveUp]]:
        people = [Reader(address, SCHOOL) for _ in pictures]

        async def one(number: int) -> float:
            await asyncio.sleep(number * spread / len(people))
            return await people[number].upload_and_look(pictures[number])

        return people, await _all(one(number) for number in range(len(people)))

    return run


def _readers(count: int) -> Scenario:
    async def run(address: str) -> tuple[list[Reader], list[float | GaveUp]]:
        people = [Reader(address, SCHOOL) for _ in range(count)]

        async def one(number: int) -> float:
            await asyncio.sleep(number / count)
            return await people[number].look(OPENED)

        return people, await _all(one(number) for number in range(count))

    return run


def _readers_beside(cameras: int) -> Scenario:
    """Readers in many networks, beside cameras in one."""

    async def run(address: str) -> tuple[list[Reader], list[float | GaveUp]]:
        people = [Reader(address, f"127.0.1.{1 + number}") for number in range(OWN_READERS)]
        viewers = [Viewer(address, SCHOOL) for _ in range(cameras)]
        frames = moving_frames(PICTURE)
        showing = [asyncio.create_task(one.show(frames)) for one in viewers]

        async def one(number: int) -> float:
            await asyncio.sleep(number * LIVE_SECONDS / OWN_READERS)
            return await people[number].look(OWN.format(seed=number))

        outcomes = await _all(one(number) for number in range(OWN_READERS))
        for task in showing:
            task.cancel()
        await asyncio.gather(*showing, return_exceptions=True)
        if viewers:
            print(f"  {described(viewers)}")
        return people, outcomes

    return run


def _votes(count: int) -> Scenario:
    async def run(address: str) -> tuple[list[Reader], list[float | GaveUp]]:
        room = await asyncio.to_thread(open_room, address)
        people = [Voter(address, SCHOOL) for _ in range(count)]

        async def one(number: int) -> float:
            await asyncio.sleep(number / count)
            return await people[number].vote(room, GUESSES[number % len(GUESSES)])

        outcomes = await _all(one(number) for number in range(count))
        seen = await asyncio.to_thread(counted, address, room)
        print(f"  The presenter sees {seen} of {count} votes.")
        return list(people), outcomes

    return run


async def _all(tasks: Iterable[Awaitable[float]]) -> list[float | GaveUp]:
    done = await asyncio.gather(*tasks, return_exceptions=True)
    return [one if isinstance(one, float) else GaveUp(repr(one)) for one in done]


def _run(what: str, scenario: Scenario) -> Row:
    print(f"{what} ...", file=sys.stderr)
    with TemporaryDirectory() as folder, running_server(Path(folder)) as address:
        server = memory.newest_child()
        before = _computations(address)
        with watched(address) as health:
            readers, outcomes = asyncio.run(scenario(address))
        after = _computations(address)
        peak = memory.peak_mib(server)
    for failure in {str(one) for one in outcomes if isinstance(one, GaveUp)}:
        print(f"  not served: {failure}", file=sys.stderr)
    seconds = [one for one in outcomes if isinstance(one, float)]
    return Row(
        what=what,
        asked=len(outcomes),
        served=len(seconds),
        seconds=seconds,
        refusals=sum(reader.refusals for reader in readers),
        health=health,
        peak_mib=peak,
        computations=None if before is None or after is None else after - before,
    )


def _computations(address: str) -> int | None:
    with urlopen(f"{address}/metrics", timeout=10) as answer:
        found = COMPUTATIONS.search(answer.read().decode())
    return int(float(found[1])) if found else None


def table(rows: Sequence[Row]) -> str:
    """Return the rows in aligned columns."""
    cells: list[tuple[str, ...]] = [
        (
            "",
            "served",
            "p50 s",
            "p95 s",
            "max s",
            "503s",
            "health p95 ms",
            "max ms",
            "peak MiB",
            "turns",
        )
    ]
    for row in rows:
        cells.append(
            (
                row.what,
                f"{row.served} of {row.asked}",
                *(f"{quantile(row.seconds, q):.1f}" for q in (0.5, 0.95, 1)),
                str(row.refusals),
                *(f"{1000 * quantile(row.health, q):.0f}" for q in (0.95, 1)),
                "" if row.peak_mib is None else f"{row.peak_mib:.0f}",
                "" if row.computations is None else str(row.computations),
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )


if __name__ == "__main__":
    started = time.monotonic()
    code = main()
    print(f"{time.monotonic() - started:.0f} s in all.", file=sys.stderr)
    sys.exit(code)
