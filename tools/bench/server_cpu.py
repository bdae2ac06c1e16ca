"""The server's CPU time for settings that it has not seen, compared with an older checkout.

`git worktree add /tmp/before COMMIT`, then `python -m tools.bench.server_cpu --against /tmp/before`. Both servers
run with the packages of this environment, and take turns.
"""

import argparse
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tools import usage
from tools.bench import memory
from tools.bench.client import Client, sheets_in
from tools.serving import ROOT, running_server

SEED = "?weights1=random&weights2=random&seed={number}"  # each computes both layers
SHAPES = SEED + "&filters1={first}&filters2={second}&activation1={one}&activation2={two}"
ACTIVATIONS = ("relu", "leaky_relu", "linear")
LAB = "/images/cat"
FOLD = "/images/cat/layers/2/maps/7/contributions"
View: TypeAlias = Callable[[Client, str], None]
BATCH = 5  # views; the system counts CPU time in steps of 10 ms, and a server keeps 5 passes
TURNS = 6  # of each server, for the views a second
READERS = 4  # who ask at the same time, for the views a second
PAUSE_S = 0.3  # in which a server ends what it draws ahead


@dataclass
class Server:
    """One of the two servers: its address, its process, and what was measured."""

    address: str
    process: int
    unseen: Iterator[int] = field(default_factory=lambda: count(1))
    cpu_ms: dict[str, list[float]] = field(default_factory=dict)  # a view, by its kind
    rates: list[float] = field(default_factory=list)  # views a second


def new_seed(number: int) -> str:
    """Return settings that nobody has asked for, of shapes that are known."""
    return SEED.format(number=number)


def new_shapes(number: int) -> str:
    """Return settings of shapes that nobody has asked for, hardly cheaper than the default; 2,304 of them."""
    fewer_second, fewer_first = divmod(number % 256, 16)
    one, two = divmod(number // 256 % 9, 3)
    return SHAPES.format(
        number=number,
        first=64 - fewer_first,
        second=32 - fewer_second,
        one=ACTIVATIONS[one],
        two=ACTIVATIONS[two],
    )


def lab(client: Client, settings: str) -> None:
    """Open the lab as a page, and both of its sheets."""
    _fetch_sheets(client, client.page(LAB + settings))


def swapped(client: Client, settings: str) -> None:
    """Open the part of the lab that a changed setting swaps in, and both of its sheets."""
    _fetch_sheets(client, client.page(LAB + settings, fragment=True))


def fold(client: Client, settings: str) -> None:
    """Open a fold as a page."""
    client.page(FOLD + settings)


# By its name: what is measured, the settings, and what is done with them before.
VIEWS: dict[str, tuple[View, Callable[[int], str], View | None]] = {
    "lab and both sheets, new shapes": (lab, new_shapes, None),
    "lab and both sheets, new seed": (lab, new_seed, None),
    "part of it and both sheets, new shapes": (swapped, new_shapes, None),
    "fold, new shapes": (fold, new_shapes, None),
    "fold, new seed": (fold, new_seed, None),
    "fold, the lab of its seed was open": (fold, new_seed, lab),
}


def main() -> None:
    """Print a table of both servers."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.server_cpu", description=__doc__)
    parser.add_argument("--against", type=Path, required=True, help="the older checkout")
    parser.add_argument("--rounds", type=int, default=8, help="of each kind (%(default)s)")
    parser.add_argument("--seconds", type=float, default=0, help="of each turn of views a second")
    given = parser.parse_args()
    with ExitStack() as running:
        servers = [_started(running, root) for root in (given.against.resolve(), ROOT)]
        for number in range(1 + given.rounds):
            for kind, (view, settings, first) in VIEWS.items():
                for server in servers if number % 2 else servers[::-1]:
                    spent = _cpu_ms(server, view, settings, first)
                    if number:  # the first round warms up
                        server.cpu_ms.setdefault(kind, []).append(spent)
        for number in range(TURNS if given.seconds else 0):
            for server in servers if number % 2 else servers[::-1]:
                server.rates.append(_rate(server, given.seconds))
    print(_table(*servers))


def _started(running: ExitStack, root: Path) -> Server:
    folder = Path(running.enter_context(TemporaryDirectory()))
    address = running.enter_context(running_server(folder, root=root))
    process = memory.newest_child()
    if process is None:
        raise RuntimeError("This system does not tell the CPU time of a process; Linux would.")
    return Server(address, process)


def _fetch_sheets(client: Client, page: str) -> None:
    sheets = sheets_in(page)
    if len(sheets) != 2:
        raise RuntimeError(f"A page shows {len(sheets)} sheets, not 2")
    for sheet in sheets:
        client.get(sheet)


def _cpu_ms(
    server: Server, view: View, settings: Callable[[int], str], first: View | None
) -> float:
    with Client(server.address) as client:
        asked = [settings(next(server.unseen)) for _ in range(BATCH)]
        if first:
            for one in asked:
                first(client, one)
            time.sleep(PAUSE_S)
        before = usage.cpu_s(server.process)
        for one in asked:
            view(client, one)
        time.sleep(PAUSE_S)
        after = usage.cpu_s(server.process)
    return 1000 * (after - before) / BATCH


def _rate(server: Server, seconds: float) -> float:
    """Return how many new lab views a second several readers get at the same time, each with both sheets."""
    start = time.monotonic()
    served: list[float] = []

    def read() -> None:
        with Client(server.address) as client:
            while time.monotonic() < start + seconds:
                swapped(client, new_shapes(next(server.unseen)))
                served.append(time.monotonic())

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    return len(served) / (served[-1] - start)


def _table(older: Server, newer: Server) -> str:
    lines = [f"{'CPU of the server, ms a view':40}{'before':>10}{'now':>10}{'now/before':>12}"]
    for kind, before in older.cpu_ms.items():
        lines.append(_line(kind, before, newer.cpu_ms[kind]))
    if older.rates:
        lines.append(_line("new lab views a second", older.rates, newer.rates))
    return "\n".join(lines)


def _line(what: str, before: list[float], now: list[float]) -> str:
    ratio = median(n / b for b, n in zip(before, now, strict=True))
    return f"{what:40}{median(before):10.1f}{median(now):10.1f}{ratio:12.2f}"


if __name__ == "__main__":
    main()
