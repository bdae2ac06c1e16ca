"""Finds and runs the programs of both browsers, and installs Debian's packages of them where this runs as root."""

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.chromium import install_packages

FIREFOX = ("firefox-esr", "firefox")
WEBKIT = ("WebKitWebDriver",)
QUIET = subprocess.DEVNULL
SECONDS_TO_STOP = 20
DISPLAY = ("Xvfb",)  # WebKitGTK has no headless mode
PACKAGES = {FIREFOX: "firefox-esr", WEBKIT: "webkit2gtk-driver", DISPLAY: "xvfb"}


class Missing(Exception):
    """A program is neither installed nor to be had; the message names its package."""


def find(names: Iterable[str]) -> str:
    """Return the path of the first of several programs that is installed.

    Raises:
        Missing: none is.
    """
    for name in names:
        if path := shutil.which(name):
            return path
    raise Missing(f"{' or '.join(names)} is not installed; Debian's packages are {_all_packages()}")


@contextmanager
def running(names: Iterable[str], *arguments: str | Path, **options: Any) -> Iterator[None]:
    """Run a program without its output, and end it at the end.

    Raises:
        Missing: none of `names` is installed.
    """
    command = [find(names), *arguments]
    process = subprocess.Popen(command, stdin=QUIET, stdout=QUIET, stderr=QUIET, **options)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def install_missing() -> None:
    """Install what is missing, as far as that is possible here."""
    missing = [package for names, package in PACKAGES.items() if not any(map(shutil.which, names))]
    if missing:
        install_packages(missing)


def _all_packages() -> str:
    return ", ".join(PACKAGES.values())
