"""Walks the main path, the live path and that of pictures in Firefox and WebKitGTK: `make browsers`."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.browsers import installed
from tools.browsers.firefox import firefox
from tools.browsers.live_path import live_steps
from tools.browsers.main_path import steps
from tools.browsers.picture_path import picture_steps
from tools.browsers.webdriver import Driver, StepFailed
from tools.browsers.webkit import webkit
from tools.serving import running_server

LINE = "{:<18} {:<50} {:<7} {:>7}"


def main() -> int:
    """Walk the path in each browser, print each step, and return 1 where one failed."""
    installed.install_missing()
    print(LINE.format("browser", "step", "", "ms"))
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with running_server(folder) as server:
            passed = [_walk(browser, server, folder) for browser in (firefox(folder), webkit())]
    return 0 if all(passed) else 1


def _walk(browser: AbstractContextManager[Driver], server: str, folder: Path) -> bool:
    try:
        with browser as driver:
            return all(_tell(driver, server, folder))
    except (installed.Missing, StepFailed) as reason:
        print(reason)
        return False


def _tell(driver: Driver, server: str, folder: Path) -> Iterator[bool]:
    """Take step after step; the first that fails is the last."""
    paths = (
        steps(driver, server),
        picture_steps(driver, server, folder),
        live_steps(driver, server),
    )
    for what, take in chain(*paths):
        begun = time.perf_counter()
        reason = _reason_against(take)
        milliseconds = f"{1000 * (time.perf_counter() - begun):,.0f}"
        outcome = "failed" if reason else "ok"
        print(LINE.format(driver.name, what, outcome, milliseconds), flush=True)
        if reason:
            print(f"  {reason}")
        yield not reason


def _reason_against(take: Callable[[], None]) -> str:
    try:
        take()
    except StepFailed as reason:
        return str(reason) or "failed"
    return ""


if __name__ == "__main__":
    sys.exit(main())
