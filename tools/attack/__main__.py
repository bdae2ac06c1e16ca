"""Attacks servers on loopback, one attack at a time, and judges what was measured: `make attack`.

The promises are about memory, the CPU time of a request, the pages of another reader, and the health page.
"""

import argparse
import inspect
import signal
import sys
from collections.abc import Callable

from tools.attack.attacks import addresses, decoders, forms, nothing, pictures, views, weights
from tools.attack.plan import Plan
from tools.attack.row import Row, broken, line, start_of_table
from tools.attack.run import measured

ATTACKS: dict[str, Callable[[], Plan]] = {
    one.__name__: one
    for one in (
        nothing.nothing,
        *(weights.hdf5, weights.varints, weights.names),
        *(forms.slow_fields_1, forms.slow_fields_2, forms.ampersands, forms.long_votes),
        forms.idle_bodies,
        *(views.folds, views.sheets, views.dear_views, views.downloads),
        *(views.projections_2, views.projections_8, views.abandoned),
        *(addresses.edits, addresses.qr_codes, addresses.hosts, addresses.urls),
        *(addresses.large_heads, addresses.other_sites),
        *(pictures.bombs, pictures.mixed, pictures.photographs_200, decoders.decoders),
    )
}


def main() -> int:
    """Run the attacks, print a table, and return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.attack",
        description="Attacks:\n" + "\n".join(map(_described, ATTACKS.values())),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="attack", help="the attacks to run; all if none"
    )
    names = parser.parse_args().names or list(ATTACKS)
    if unknown := [name for name in names if name not in ATTACKS]:
        parser.error(f"no attack is called {', '.join(unknown)}; known are {', '.join(ATTACKS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind
    rows: list[Row] = []
    print(start_of_table(), flush=True)
    for name in names:
        print(f"{_described(ATTACKS[name])} ...", file=sys.stderr)
        rows.append(measured(name, ATTACKS[name]()))
        print(line(rows[-1]), flush=True)
    found = [f"BROKEN in {row.name}: {one}." for row in rows for one in broken(row)]
    print("\n".join(["", *found]) if found else "\nEvery promise was kept.")
    return int(bool(found))


def _described(attack: Callable[[], Plan]) -> str:
    sentence = (inspect.getdoc(attack) or "").partition("\n\n")[0]
    return f"  {attack.__name__}: {sentence}"


if __name__ == "__main__":
    sys.exit(main())
