"""The commands of WebDriver that the main path needs, whatever carries them to the browser.

The names are those of https://www.w3.org/TR/webdriver2/. WebKitGTK takes them over HTTP. Firefox takes them over a
socket, where each has a name of its own.
"""

import io
import time
from abc import ABC, abstractmethod
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

# The key of a reference to an element, by the standard.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE_S = 30
PAUSE_S = 0.1
BOX = """
const element = document.querySelector(arguments[0])
element.scrollIntoView({ block: "center", behavior: "instant" })
const { left, top, right, bottom } = element.getBoundingClientRect()
const drawn = (then) => requestAnimationFrame(() => requestAnimationFrame(then))
return new Promise((done) => drawn(() => done([left, top, right, bottom])))
"""


class StepFailed(Exception):
    """What a step waited for did not come, or the browser refused a command."""


class Driver(ABC):
    """A browser with one window that takes commands."""

    name: str

    @abstractmethod
    def send(self, command: str, **parameters: Any) -> Any:
        """Send a command of the tables of `firefox` and `webkit`, and return its value.

        Raises:
            StepFailed: the browser answered with an error.
        """

    def open(self, address: str) -> None:
        """Open an address, and wait until the page is loaded."""
        self.send("navigate", url=address)

    def address(self) -> str:
        """Return the address of the page."""
        return str(self.send("get url"))

    def back(self) -> None:
        """Go one step back in the history."""
        self.send("back")

    def run(self, script: str, *arguments: Any) -> Any:
        """Run the body of a function in the page and return its value; a promise is waited for."""
        return self.send("execute script", script=script, args=list(arguments))

    def count(self, selector: str) -> int:
        """Return how many elements a selector finds."""
        return int(self.run("return document.querySelectorAll(arguments[0]).length", selector))

    def click(self, selector: str) -> None:
        """Click in the middle of an element, as a pointer does; something over it makes this fail."""
        self.send("click", id=self._find(selector))

    def choose_file(self, selector: str, file: Path) -> None:
        """Choose a file in a field for files."""
        self.send("send keys", id=self._find(selector), text=str(file))

    def colours_of(self, selector: str) -> int:
        """Return how many colours are seen of an element, after scrolling to it."""
        box = self.run(BOX, selector)
        # Of the whole window: a picture of one element is blank in WebKitGTK.
        with Image.open(io.BytesIO(b64decode(self.send("screenshot")))) as window:
            seen = window.convert("RGB").crop(tuple(round(side) for side in box))
        return len(seen.getcolors(seen.width * seen.height) or [])

    def wait_until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until something holds.

        Raises:
            StepFailed: it did not within `PATIENCE_S`; the message is `what`.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > deadline:
                raise StepFailed(f"{what}: not within {PATIENCE_S} s, at {self.address()}")
            time.sleep(PAUSE_S)

    def _find(self, selector: str) -> str:
        found = self.send("find element", using="css selector", value=selector)
        return str(found[ELEMENT])
