"""The time from a changed setting to new maps: the fragment that htmx swaps in, and each new sheet in it."""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tools.bench.client import Client, sheets_in
from tools.bench.report import Line
from tools.serving import running_server

LAB = "/images/cat?weights2=random&seed={seed}"
# What is changed, and what else the address then says. A new seed finds nothing computed; the
# others follow it, and find the maps of layer 1.
CHANGES = {
    "seed": "",
    "kernel2 from 3 to 5": "&kernel2=5",
    "filters2 from 32 to 31": "&filters2=31",
    "scale from layer to stack": "&scale=stack",
}
WARM_UP = 2
ROUNDS = 12
BUDGET_S = 20  # after this no new round starts
AIM_MS = 50


def lines() -> list[Line]:
    """Time every change, with a different seed in each round."""
    taken: dict[str, list[float]] = {what: [] for what in CHANGES}
    deadline = time.monotonic() + BUDGET_S
    with TemporaryDirectory() as folder, running_server(Path(folder)) as address:
        for seed in range(1, 1 + WARM_UP + ROUNDS):
            if seed > 1 + WARM_UP and time.monotonic() > deadline:
                break
            seen: set[str] = set()  # like the browser's cache
            with Client(address) as client:
                for what, settings in CHANGES.items():
                    taken[what].append(_change(client, LAB.format(seed=seed) + settings, seen))
    return [_line(what, times[WARM_UP:]) for what, times in taken.items()]


def _change(client: Client, place: str, seen: set[str]) -> float:
    start = time.perf_counter()
    sheets = sheets_in(client.page(place, fragment=True))
    fetched = [client.get(sheet) for sheet in sheets if sheet not in seen]
    ms = 1000 * (time.perf_counter() - start)
    if len(sheets) != 2 or not fetched:
        raise RuntimeError(f"{place} shows {len(sheets)} sheets, {len(fetched)} of them new")
    seen.update(sheets)
    return ms


def _line(what: str, taken: list[float]) -> Line:
    name = f"Changed {what}, to new maps"
    return Line(what=name, median_ms=median(taken), best_ms=min(taken), most_ms=AIM_MS)
