"""The time from sending a picture to receiving both sheets, compared with a notebook that draws the same maps."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import FilterBank
from tools.bench import memory, notebook
from tools.bench.client import Client, sheets_in, with_comment
from tools.bench.engine import AGREEMENT, PAUSE_S
from tools.bench.report import Line
from tools.serving import running_server

PICTURE = Path(__file__).parents[2] / "static/samples/cat.jpg"
TRACE = "/images/cat/trace.npz"
ROUNDS = 10
BUDGET_S = 40  # after this no new round starts
AIM = 1 / 20
Compute = Callable[[Float], notebook.Maps]


@dataclass(frozen=True)
class Delivery:
    """The time in ms from the first byte sent until each answer was complete."""

    upload: float
    page: float
    sheets: float


@dataclass(frozen=True)
class Measured:
    """The times of server and notebook in the same rounds; the server's peak memory after one upload and at the
    end.
    """

    deliveries: list[Delivery]
    notebook_ms: list[float]
    first_peak_mib: float | None
    last_peak_mib: float | None


def lines() -> list[Line]:
    """Check that server and notebook compute the same maps, then time both."""
    jpeg = PICTURE.read_bytes()
    with TemporaryDirectory() as folder:
        # The download of a trace needs memory too, so it uses a separate server.
        with running_server(Path(folder)) as address:
            library, compute = checked_layers(address, jpeg, notebook.layers)
        with running_server(Path(folder)) as address:
            measured = _measure(address, jpeg, lambda: _run_notebook(compute, jpeg))
    sheets, taken = [one.sheets for one in measured.deliveries], measured.notebook_ms
    return [
        Line(
            what="Upload to both sheets delivered",
            median_ms=median(sheets),
            best_ms=min(sheets),
            ratio=median(sheets) / median(taken),
            peer="the notebook",
            most_ratio=AIM,
            peak_mib=measured.last_peak_mib,
        ),
        _part("  until the upload is answered", [one.upload for one in measured.deliveries]),
        _part("  until the page is there", [one.page for one in measured.deliveries]),
        Line(what="  server after one upload", peak_mib=measured.first_peak_mib),
        _part(f"The notebook: {library}, matplotlib", taken),
    ]


def deliver(address: str, picture: bytes) -> Delivery:
    """Upload a picture, open its lab and fetch the sheets on the page."""
    with Client(address) as client:
        start = time.perf_counter()
        place = client.upload(picture)
        uploaded = time.perf_counter()
        page = client.page(place)
        paged = time.perf_counter()
        sheets = [client.get(sheet) for sheet in sheets_in(page)]
        end = time.perf_counter()
    if len(sheets) != 2 or not all(sheet.startswith(b"\x89PNG") for sheet in sheets):
        raise RuntimeError(f"{place} shows {len(sheets)} sheets; two, as PNG, were expected")
    return Delivery(*(1000 * (moment - start) for moment in (uploaded, paged, end)))


def checked_layers(
    address: str, jpeg: bytes, make: Callable[[notebook.Banks], tuple[str, Compute]]
) -> tuple[str, Compute]:
    """Make a script's layers with the weights of the server, and check that they compute its maps.

    `make` also returns the name of the script's library.
    """
    with Client(address) as client, np.load(io.BytesIO(client.get(TRACE))) as trace:
        served = {name: trace[name] for name in trace.files}
    first, second = (
        FilterBank(served[f"layer{number}/weight"], served[f"layer{number}/bias"])
        for number in (1, 2)
    )
    library, compute = make((first, second))
    for number, maps in enumerate(compute(notebook.read_picture(jpeg)), start=1):
        expected = served[f"layer{number}/activation"]
        error = np.abs(maps - expected).max() / np.abs(expected).max()
        if error > AGREEMENT:
            raise RuntimeError(
                f"Layer {number} of {library} is off by {error:.1e} of the largest value"
            )
    return library, compute


def _run_notebook(compute: Callable[[Float], notebook.Maps], jpeg: bytes) -> None:
    for maps in compute(notebook.read_picture(jpeg)):
        notebook.draw(maps)


def _measure(address: str, jpeg: bytes, run_notebook: Callable[[], None]) -> Measured:
    server = memory.newest_child()
    deliver(address, with_comment(jpeg, "to warm up"))
    first_peak = memory.peak_mib(server)
    run_notebook()
    deliveries: list[Delivery] = []
    taken: list[float] = []
    deadline = time.monotonic() + BUDGET_S
    for number in range(ROUNDS):
        if deliveries and time.monotonic() > deadline:
            break
        time.sleep(PAUSE_S)
        deliveries.append(deliver(address, with_comment(jpeg, f"round {number}")))
        time.sleep(PAUSE_S)
        start = time.perf_counter()
        run_notebook()
        taken.append(1000 * (time.perf_counter() - start))
    return Measured(deliveries, taken, first_peak, memory.peak_mib(server))


def _part(what: str, taken: list[float]) -> Line:
    return Line(what=what, median_ms=median(taken), best_ms=min(taken))
