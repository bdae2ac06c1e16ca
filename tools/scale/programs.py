"""Finds the programs that replicas need: installed ones, or Debian's packages unpacked into the build folder.

Packages are unpacked, not installed: that needs no root, starts no service and is deleted with the folder.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build/scale-check/programs"
STORES = ("valkey-server", "redis-server")  # either works; the first one found is used
PROXY, LOAD = "nginx", "wrk"
QUIET = subprocess.DEVNULL


class Missing(Exception):
    """A program is neither installed nor available; the message says which."""


@dataclass(frozen=True)
class Program:
    """A program, and the environment that it needs."""

    path: str
    environment: dict[str, str]

    @property
    def name(self) -> str:
        """Return its name."""
        return Path(self.path).name

    def version(self) -> str:
        """Return the version that the program prints."""
        done = subprocess.run(
            [self.path, "-v"], env=self.environment, capture_output=True, text=True, check=False
        )
        return (done.stdout + done.stderr).strip().splitlines()[0]


def find(*names: str) -> Program:
    """Return the first of several programs that is found.

    Raises:
        Missing: none was found.
    """
    for name in names:
        if path := shutil.which(name):
            return Program(path, dict(os.environ))
        for folder in ("usr/bin", "usr/sbin"):
            if (FOLDER / folder / name).exists():
                return Program(str(FOLDER / folder / name), _environment())
    raise Missing(f"{' or '.join(names)} is not installed; make scale-check gets it")


def fetch() -> None:
    """Make all programs available.

    Raises:
        Missing: this is not Debian or Ubuntu, or its packages are not available.
    """
    for names in (STORES, (PROXY,), (LOAD,)):
        try:
            find(*names)
        except Missing:
            _unpack(names)
            find(*names)


def _unpack(names: tuple[str, ...]) -> None:
    package = next(filter(_is_known, names), None)
    if package is None and os.geteuid() == 0:
        _run("apt-get", "-qq", "update")
        package = next(filter(_is_known, names), None)
    if package is None:
        raise Missing(f"No package of {' or '.join(names)} is known here; apt-get update may help")
    print("Unpacking Debian's package", package, flush=True)
    parts = FOLDER / "packages"
    parts.mkdir(parents=True, exist_ok=True)
    plan = _run("apt-get", "install", "--simulate", "--no-install-recommends", package)
    needed = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
    _run("apt-get", "-qq", "download", *needed, folder=parts)
    for file in parts.glob("*.deb"):
        _run("dpkg-deb", "--extract", str(file), str(FOLDER))
    shutil.rmtree(parts)


def _is_known(package: str) -> bool:
    try:
        return "Version:" in _run("apt-cache", "show", "--no-all-versions", package)
    except Missing:
        return False


def _environment() -> dict[str, str]:
    libraries = [str(folder) for folder in (FOLDER / "usr/lib").glob("*-linux-*")]
    return os.environ | {"LD_LIBRARY_PATH": ":".join(libraries)}


def _run(*command: str, folder: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=QUIET, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise Missing(f"{command[0]} cannot be run, so this needs Debian or Ubuntu") from error
    if done.returncode:
        raise Missing(f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
