"""Attacks a server on loopback as a hostile stranger would, and prints a table of its answers: `make chaos`.

During each attack a reader from another network opens pages, and has to be served.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.bench import memory
from tools.chaos import senders, survival
from tools.load.other_reader import reading
from tools.load.probe import watched
from tools.quantiles import quantile
from tools.serving import running_server

SAMPLE = Path(__file__).parents[2] / "static/samples/cat.jpg"
BAD = ("500", "501", "502", "504")
ATTACKS: tuple[Callable[[str, bytes], Counter[str]], ...] = (
    senders.slow_bodies,
    senders.stalled_bodies,
    senders.stalled_heads,
    senders.stalled_readers,
    senders.too_short_bodies,
    senders.too_long_bodies,
    senders.huge_lengths,
    senders.endless_bodies,
    senders.ten_thousand_parts,
    senders.bombs,
)


@dataclass(frozen=True)
class Row:
    """One attack: the answers to it, and to the other reader and the health check in the meantime."""

    what: str
    seconds: float
    answers: Counter[str]
    pages: list[float]
    failures: int
    health: list[float]
    peak_mib: float | None

    @property
    def survived(self) -> bool:
        """Return whether the server did not fail, and served the other reader every time."""
        return not self.failures and not any(self.answers[status] for status in BAD)


def main() -> int:
    """Run every attack, print what happened, and return 1 if anything failed."""
    picture = SAMPLE.read_bytes()
    rows = []
    for attack in ATTACKS:
        rows.append(_run(attack, picture))
        print(_line(rows[-1]), flush=True)
    survived = [row.survived for row in rows]
    for what, found in (
        ("killed while uploading", survival.killed_while_uploading(picture)),
        ("full disk", survival.full_disk(picture)),
    ):
        words, good = found or ("not run: mounting a small disk needs root", True)
        print(f"{what:24} {'ok  ' if good else 'FAIL'} {words}", flush=True)
        survived.append(good)
    return int(not all(survived))


def _run(attack: Callable[[str, bytes], Counter[str]], picture: bytes) -> Row:
    with TemporaryDirectory() as folder, running_server(Path(folder)) as address:
        server = memory.newest_child()
        with watched(address) as health, reading(address) as visits:
            start = time.monotonic()
            answers = attack(address, picture)
            seconds = time.monotonic() - start
        peak = memory.peak_mib(server)
    name = attack.__name__.replace("_", " ")
    pages = [one.seconds for one in visits if one.is_served]
    return Row(name, seconds, answers, pages, len(visits) - len(pages), health, peak)


def _line(row: Row) -> str:
    answers = ", ".join(f"{count} x {status}" for status, count in sorted(row.answers.items()))
    return (
        f"{row.what:24} {'ok  ' if row.survived else 'FAIL'} {answers}; {row.seconds:.1f} s; the other "
        f"reader: {len(row.pages)} pages, slowest {1000 * quantile(row.pages, 1):.0f} ms, {row.failures} failed; "
        f"health p95 {1000 * quantile(row.health, 0.95):.0f} ms; peak {row.peak_mib or 0:.0f} MiB"
    )


if __name__ == "__main__":
    sys.exit(main())
