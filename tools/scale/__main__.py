"""Runs replicas, a proxy and their store like operators do, on loopback: `make scale-check`. Prints a table.

The programs are Debian's packages, unpacked into the build folder where they are not installed.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tools.image_check.report import Report
from tools.scale import popular_picture, replica_checks, store_checks
from tools.scale.programs import BALANCER, PROXY, STORES, Missing, fetch, find

CHECKS = (
    replica_checks.replicas_agree,
    replica_checks.throughput,
    popular_picture.one_picture,
    replica_checks.nothing_is_lost,
    store_checks.store_comes_back,
    store_checks.store_is_slow,
    store_checks.store_refuses_when_full,
    store_checks.store_makes_room_when_full,
)
ROOT = Path(__file__).parents[2]
TESTS = (
    "tests/lab/keep/stores/test_stored_pictures.py",
    "tests/lab/keep/stores/test_remote.py",
    "tests/tools/scale/test_replicas.py",
)


def main() -> int:
    """Run the checks, print the table, and return 1 if a guarantee does not hold."""
    names = [check.__name__ for check in CHECKS]
    parser = argparse.ArgumentParser(prog="python -m tools.scale", description=__doc__)
    parser.add_argument("--only", choices=names, action="append", help="one check; may be repeated")
    given = parser.parse_args()
    try:
        fetch()
    except Missing as error:
        sys.exit(str(error))
    for program in (find(*STORES), find(BALANCER), find(PROXY)):
        print(program.version())
    print(f"{os.cpu_count()} cores for replicas, proxy, store and readers together.", flush=True)
    report = Report()
    if not given.only:
        _run_tests(report)
    for check in CHECKS:
        if not given.only or check.__name__ in given.only:
            print(check.__name__.replace("_", " "), "...", file=sys.stderr, flush=True)
            check(report)
    print(report.table())
    return 0 if report.holds() else 1


def _run_tests(report: Report) -> None:
    print("tests of the stores ...", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *TESTS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1]
    fine = done.returncode == 0 and "skipped" not in last
    report.add("tests of both stores", last, "none failed or skipped", fine)
    if not fine:
        print(done.stdout, file=sys.stderr)


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"{time.monotonic() - began:.0f} s in all.", file=sys.stderr)
    sys.exit(code)
