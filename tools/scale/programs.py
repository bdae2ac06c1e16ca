"""Finds the programs that replicas need: installed ones, or Debian's packages unpacked into the build folder.

Unpacked, not installed: that needs no root, starts no service and goes with the folder.
`python -m tools.scale.programs` does so for the tests.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build/scale-check/programs"
STORES = ("valkey-server", "redis-server")  # either works; the first one found is used
BALANCER, PROXY, LOAD, RULES = "haproxy", "nginx", "wrk", "promtool"
PACKAGES = {"promtool": "prometheus"}  # where it is not the name of the program
QUIET = subprocess.DEVNULL
PATIENCE_S = 300  # for one command of apt


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
    raise Missing(f"{' or '.join(names)} is not installed; on Debian make pytest gets it")


def fetch(*kinds: tuple[str, ...]) -> None:
    """Have a program of each kind at hand, by default of all.

    Raises:
        Missing: this is not Debian or Ubuntu, or its packages are not available.
    """
    for names in kinds or (STORES, (BALANCER,), (PROXY,), (LOAD,)):
        try:
            find(*names)
        except Missing:
            _unpack(names)
            find(*names)


def main() -> None:
    """Have at hand what the tests run, or say that they will do without."""
    for names in (STORES, (BALANCER,), (PROXY,), (RULES,)):
        try:
            fetch(names)
        except Missing as reason:
            print(f"The tests that need {names[0]} are skipped: {reason}")


def _unpack(names: tuple[str, ...]) -> None:
    packages = [PACKAGES.get(name, name) for name in names]
    package = next(filter(_is_known, packages), None)
    if package is None and os.geteuid() == 0:
        _run("apt-get", "-qq", "update")
        package = next(filter(_is_known, packages), None)
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
    for path in FOLDER.rglob("*"):
        if path.is_symlink() and not path.exists():  # to a folder of the system; Biome refuses it
            path.unlink()


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
            command,
            cwd=folder,
            stdin=QUIET,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{' '.join(command)} took longer than {PATIENCE_S} s") from error
    except OSError as error:
        raise Missing(f"{command[0]} cannot be run, so this needs Debian or Ubuntu") from error
    if done.returncode:
        raise Missing(f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}")
    return done.stdout


if __name__ == "__main__":
    main()
