"""Drives Firefox over its own socket, as geckodriver does, which Debian does not have.

A message is its length in decimal digits, a colon, and JSON: `[0, number, command, parameters]` one way,
`[1, number, error, value]` the other.
"""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.browsers import installed
from tools.browsers.webdriver import PATIENCE_S, Driver, StepFailed

COMMANDS = {
    "navigate": "WebDriver:Navigate",
    "get url": "WebDriver:GetCurrentURL",
    "back": "WebDriver:Back",
    "execute script": "WebDriver:ExecuteScript",
    "find element": "WebDriver:FindElement",
    "click": "WebDriver:ElementClick",
    "send keys": "WebDriver:ElementSendKeys",
    "screenshot": "WebDriver:TakeScreenshot",
}
SETTINGS = """
user_pref("marionette.port", 0);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("media.navigator.permission.disabled", true);
user_pref("media.navigator.streams.fake", true);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
"""


@contextmanager
def firefox(folder: Path) -> Iterator["Firefox"]:
    """Run Firefox without a window, with a profile in `folder`."""
    profile = folder / "firefox"
    profile.mkdir()
    (profile / "user.js").write_text(SETTINGS)
    arguments = ("--headless", "--marionette", "--profile", profile)
    with (
        installed.running(installed.FIREFOX, *arguments),
        socket.create_connection(("127.0.0.1", _port(profile)), PATIENCE_S) as connection,
    ):
        yield Firefox(connection)


class Firefox(Driver):
    """Firefox behind its socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket, self._stream, self._sent = connection, connection.makefile("rb"), 0
        self._receive()  # its greeting
        session = self._ask("WebDriver:NewSession", {})
        self.name = f"Firefox {session['capabilities']['browserVersion']}"
        self._ask("WebDriver:SetWindowRect", {"width": 1440, "height": 985})  # 900 for the page

    def send(self, command: str, **parameters: Any) -> Any:
        """Send a command, and return its value."""
        if command == "screenshot":
            parameters = {"full": False}
        answer = self._ask(COMMANDS[command], parameters)
        is_value = isinstance(answer, dict) and set(answer) == {"value"}
        return answer["value"] if is_value else answer

    def _ask(self, command: str, parameters: dict[str, Any]) -> Any:
        self._sent += 1
        message = json.dumps([0, self._sent, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, value = self._receive()
        if error:
            raise StepFailed(f"{command}: {error['message'].splitlines()[0]}")
        return value

    def _receive(self) -> Any:
        digits = b""
        while (one := self._stream.read(1)) != b":":
            if not one:
                raise StepFailed("Firefox has ended")
            digits += one
        return json.loads(self._stream.read(int(digits)))


def _port(profile: Path) -> int:
    """Return the port that Firefox chose, which it writes into its profile."""
    file = profile / "MarionetteActivePort"
    deadline = time.monotonic() + PATIENCE_S
    while not (file.exists() and file.read_text().strip()):
        if time.monotonic() > deadline:
            raise StepFailed(f"Firefox did not start within {PATIENCE_S} s")
        time.sleep(0.1)
    return int(file.read_text())
