"""Feeds damaged input to parts of the server for a limited time, and prints the outcomes.

`python -m tools.fuzz --seconds 60 --seed 1`; `--bombs` measures files designed to be expensive instead.
"""

import argparse
import importlib
import importlib.util
import sys

PARTS = (
    "tools.fuzz.files",
    "tools.fuzz.weights",
    "tools.fuzz.http",
)  # each with run(seconds, seed) -> bool


def main() -> int:
    """Run all parts; return 1 if any found a failure."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for all of it (default 60)")
    parser.add_argument("--seed", type=int, default=0, help="another one damages in another way")
    parser.add_argument("--bombs", action="store_true", help="measure files made to cost much")
    asked = parser.parse_args()
    names = ("tools.fuzz.cost",) if asked.bombs else PARTS
    parts = [importlib.import_module(name) for name in names if importlib.util.find_spec(name)]
    return 0 if all([part.run(asked.seconds / len(parts), asked.seed) for part in parts]) else 1


if __name__ == "__main__":
    sys.exit(main())
