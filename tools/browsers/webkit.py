"""Drives WebKitGTK, the engine of Safari as GTK has it, over HTTP, on a display that nobody sees."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tools.browsers import installed
from tools.browsers.webdriver import PATIENCE_S, Driver, StepFailed

COMMANDS = {
    "navigate": ("POST", "/url"),
    "get url": ("GET", "/url"),
    "back": ("POST", "/back"),
    "execute script": ("POST", "/execute/sync"),
    "find element": ("POST", "/element"),
    "click": ("POST", "/element/{id}/click"),
    "send keys": ("POST", "/element/{id}/value"),
    "screenshot": ("GET", "/screenshot"),
}


@contextmanager
def webkit() -> Iterator["WebKit"]:
    """Run WebKitGTK's own small browser, on a display of its own."""
    port = _free_port()
    with (
        _display() as display,
        installed.running(
            installed.WEBKIT,
            f"--port={port}",
            env=os.environ | {"DISPLAY": display, "GDK_BACKEND": "x11"},
        ),
    ):
        driver = WebKit(f"http://127.0.0.1:{port}/session")
        try:
            yield driver
        finally:
            driver.close()


class WebKit(Driver):
    """WebKitGTK behind its driver."""

    def __init__(self, address: str) -> None:
        self._session = address
        begun = self._begin()
        self._session += f"/{begun['sessionId']}"
        self.name = f"WebKitGTK {begun['capabilities']['browserVersion']}"
        self._ask("POST", "/window/rect", {"width": 1440, "height": 950})  # 900 for the page

    def send(self, command: str, **parameters: Any) -> Any:
        """Send a command, and return its value."""
        method, path = COMMANDS[command]
        return self._ask(method, path.format(**parameters), parameters)

    def close(self) -> None:
        """Close the browser, which its driver would leave open."""
        self._ask("DELETE", "", {})

    def _begin(self) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._ask("POST", "", {"capabilities": {}})
            except URLError as error:
                if time.monotonic() > deadline:
                    raise StepFailed("WebKitWebDriver did not start") from error
                time.sleep(0.1)

    def _ask(self, method: str, path: str, parameters: dict[str, Any]) -> Any:
        body = json.dumps(parameters).encode() if method == "POST" else None
        request = Request(self._session + path, body, method=method)
        try:
            with urlopen(request, timeout=2 * PATIENCE_S) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            told = json.load(error)["value"]
            raise StepFailed(f"{method} {path}: {told['error']} {told['message']}") from error


@contextmanager
def _display() -> Iterator[str]:
    """Run a display that nobody sees, and give its name."""
    ours, theirs = os.pipe()  # through which it tells the number that it chose
    arguments = ("-displayfd", str(theirs), "-screen", "0", "1600x1200x24")
    with installed.running(installed.DISPLAY, *arguments, pass_fds=[theirs]):
        os.close(theirs)
        with os.fdopen(ours) as numbers:
            yield f":{numbers.readline().strip()}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
