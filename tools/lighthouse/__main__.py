"""Audits the lab and a fold as a slow phone would load them, and prints two tables: `make lighthouse`."""

import argparse
import os
import sys
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.lighthouse.aims import missed, third_quarter
from tools.lighthouse.audit import Audit, AuditFailed, audited
from tools.lighthouse.slow_phone import interactions_ms, waits
from tools.serving import running_server

FOLD = "/images/cat/layers/2/maps/0/contributions"
PAGES = ("/", FOLD)
POINTS = "{:<44} {:>11} {:>6} {:>6} {:>7} {:>5} {:>13} {:>14} {:>5}"
WAITS = "{:<44} {:>9} {:>9} {:>9} {:>12}"


def main() -> int:
    """Print both tables, and return 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m tools.lighthouse", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="audits of a page (%(default)s)")
    runs = parser.parse_args().runs
    print(f"load of this machine: {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with running_server(folder) as server:
            for page in PAGES:  # the server computes a page once, and so not in the measurement
                urllib.request.urlopen(f"{server}{page}", timeout=60).close()
            try:
                points = _points(server, folder, runs)
            except AuditFailed as reason:
                print(reason)
                return 1
            faults = missed(points, *_waits(server))
    print(*faults, sep="\n")
    return 1 if faults else 0


def _points(server: str, folder: Path, runs: int) -> dict[str, int]:
    heads = ("performance", "FCP s", "LCP s", "TBT ms", "CLS", "accessibility", "best practices")
    print(POINTS.format(f"the middle of {runs}", *heads, "kB"))
    return {
        page: _told(page, audited(f"{server}{page}", folder, runs=runs)).performance
        for page in PAGES
    }


def _told(page: str, one: Audit) -> Audit:
    paints = (f"{one.first_paint_s:.1f}", f"{one.largest_paint_s:.1f}")
    print(
        POINTS.format(
            *(page, one.performance, *paints, f"{one.blocked_ms:.0f}", f"{one.shift:.2f}"),
            *(one.accessibility, one.best_practices, f"{one.kilobytes:.0f}"),
        ),
        flush=True,
    )
    return one


def _waits(server: str) -> tuple[float, list[float]]:
    print("\nslow 4G (1.6 Mbit/s, 150 ms), processor 4 times slower; seconds, scrubbing in ms")
    print(WAITS.format("", "paint", "picture", "all", "scrubbing p75"))
    first = waits(f"{server}/")
    print(WAITS.format("/", *(f"{one:.2f}" for one in first.values()), ""), flush=True)
    second, answered = waits(f"{server}{FOLD}"), interactions_ms(f"{server}{FOLD}")
    scrubbing = f"{third_quarter(answered):.0f}"
    print(WAITS.format(FOLD, *(f"{one:.2f}" for one in second.values()), scrubbing))
    return first["picture"], answered


if __name__ == "__main__":
    sys.exit(main())
