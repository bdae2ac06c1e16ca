"""A changed setting to new maps: the fragment that htmx swaps in, and each sheet that it names anew."""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.client import Client, sheets_in
from tests.benchmarks.report import Line
from tests.browser.serving import running_server

LAB = "/images/cat?weights2=random&seed={seed}"
CHANGES = {  # what is changed, and the settings that the address then has besides the seed
    "seed, with random weights in layer 2": "",
    "kernel2 from 3 to 5": "&kernel2=5",
    "filters2 from 32 to 31": "&filters2=31",
    "scale from layer to stack": "&scale=stack",
}
WARM_UP = 2
ROUNDS = 12
AIM_MS = 100


def lines() -> list[Line]:
    """Time every change from a state that is shown, so that only what it leaves alone is kept."""
    taken: dict[str, list[float]] = {what: [] for what in CHANGES}
    with TemporaryDirectory() as folder, running_server(Path(folder)) as address:
        for number in range(WARM_UP + ROUNDS):
            with Client(address) as client:
                before = sheets_in(client.page(LAB.format(seed=2 * number), fragment=True))
                for what, settings in CHANGES.items():
                    # A new seed computes everything anew; the other changes start from its maps.
                    place = LAB.format(seed=2 * number + 1) + settings
                    before, ms = _change(client, place, before)
                    taken[what].append(ms)
    return [_line(what, times[WARM_UP:]) for what, times in taken.items()]
