"""Has PyTorch, Keras and ONNX save random nets, and compares the maps of the lab with theirs: `make interop`.

Prints a table and what the page named. A net whose maps differ with nothing said fails the command, with its seed.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from app.lab.keep.samples import Samples
from app.lab.lab import Lab
from app.main import STATIC
from app.settings import Settings
from tools.interop.random_nets.compare import Result, compared, write_pictures
from tools.interop.random_nets.net import Package
from tools.interop.random_nets.save import save_all

INTEROP = Path(__file__).parents[3] / ".venv/interop/bin/python"
MOST_SECONDS = 1800
PACKAGES: tuple[Package, ...] = get_args(Package)


def main(arguments: Sequence[str]) -> int:
    """Run the check; return 1 if maps differ and the page does not say why."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.interop.random_nets", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--package", choices=PACKAGES, help="only this one")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (%(default)s)")
    parser.add_argument("--nets", type=int, default=100, help="of each package (%(default)s)")
    given = parser.parse_args(arguments)
    seeds = range(given.seed, given.seed + given.nets)
    results = [
        check(package, seeds) for package in ([given.package] if given.package else PACKAGES)
    ]
    print("\n".join(report(results)))
    return int(any(result.differing for result in results))


def check(package: Package, seeds: range) -> Result:
    """Have the nets of a package saved, and compare them."""
    print(f"{package}: {len(seeds)} nets ...", file=sys.stderr)
    with TemporaryDirectory() as name:
        folder = Path(name)
        lab = Lab(Settings(data_dir=folder / "data"), Samples(STATIC / "samples"))
        try:
            write_pictures(lab, folder)
            if package == "ONNX":
                save_all(package, seeds, folder)
            else:
                given = (package, str(seeds.start), str(len(seeds)), name)
                command = [str(INTEROP), "-m", "tools.interop.random_nets.save", *given]
                subprocess.run(command, check=True, timeout=MOST_SECONDS)
            return compared(lab, package, seeds, folder)
        finally:
            lab.close()


def report(results: Sequence[Result]) -> list[str]:
    """Return the lines of the report, in Markdown."""
    lines = [
        "| package | nets | equal | named | differ | greatest difference of equal ones |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.package} | {one.nets} | {one.equal} | {one.named} | {len(one.differing)} | "
        f"{one.greatest:.1e} |"
        for one in results
    ]
    said = sorted(
        {(text, one.package, count) for one in results for text, count in one.said.items()}
    )
    lines += ["", "What the page named, where maps differ:", ""] if said else []
    lines += [f"- {package} ({count}): {text}" for text, package, count in said]
    failures = [(one.package, *each) for one in results for each in one.differing.items()]
    lines += ["", "Maps that differ:", ""] if failures else []
    lines += [
        f'- {why}; again: make interop INTEROP="--package {package} --seed {seed} --nets 1"'
        for package, seed, why in failures
    ]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
