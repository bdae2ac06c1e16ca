"""Finds a Chromium to drive; `python -m tests.browser.chromium` installs one where it can."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

QUIET = subprocess.DEVNULL
NAMES = (
    "chromium-headless-shell",  # first: the tests take half the time of those in a whole browser
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
MACOS_PATHS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
BROWSER_PACKAGES = ("chromium-headless-shell", "chromium")  # whichever the release has
OTHER_PACKAGES = ("fonts-liberation", "libatomic1")  # the last is for Playwright's driver
ADVICE = (
    "The browser tests need Chromium or Google Chrome, and libatomic for Playwright; one of them "
    "is missing or does not start. Install it, or name the browser's program: "
    "CHROMIUM=/path/to/chromium make test. Without the browser tests: "
    ".venv/bin/python -m pytest -m 'not browser'"
)
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--renderer-process-limit=1",  # a test then starts two processes, not four
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a page that calls out fails
)


class NoChromium(Exception):
    """No browser that starts was found; the message says what to do."""


def find() -> str:
    """Return the path of the first browser that starts.

    Raises:
        NoChromium: none does, or the one that `CHROMIUM` names does not.
    """
    for program in _candidates():
        if _succeeds([program, "--version"]):
            return program
    raise NoChromium(ADVICE)


def arguments() -> list[str]:
    """Return the arguments to start it with; Chromium has no sandbox for root."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def install_packages(packages: Sequence[str]) -> bool:
    """Install Debian's packages where this runs as root on Debian, and say whether that worked."""
    as_root = _as_root()
    if as_root is None or not Path("/etc/debian_version").exists():
        return False
    print("Installing Debian's packages", *packages, flush=True)
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    _succeeds([*apt, "update"])
    return _succeeds([*apt, "install", "-y", "--no-install-recommends", *packages])


def main() -> None:
    """Find a usable browser, or install one from Debian; exit with advice if both fail."""
    if not _is_ready() and not os.environ.get("CHROMIUM"):
        _install()
    if not _is_ready():
        sys.exit(ADVICE)


def _candidates() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield from filter(os.path.exists, MACOS_PATHS)


def _is_ready() -> bool:
    try:
        find()
    except NoChromium:
        return False
    return _succeeds([sys.executable, "-m", "playwright", "--version"])


def _install() -> None:
    for package in BROWSER_PACKAGES:
        if install_packages([*OTHER_PACKAGES, package]):
            break


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return sudo if _succeeds([*sudo, "true"]) else None


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, stdin=QUIET, stdout=QUIET, stderr=QUIET, check=False)
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main()
