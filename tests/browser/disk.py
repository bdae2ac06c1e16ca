"""Files of views, opened from disk as a reader does who has no network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, Request

HEIGHT = 900
MAP = "/images/cat/layers/2/maps/14"
FOLD = f"{MAP}/contributions/snapshot.html"
FILES = {
    "fold": FOLD,
    "layer-1": "/images/cat/layers/1/maps/3/contributions/snapshot.html?size=96",
    "pixel": f"{MAP}/pixel/snapshot.html?row=100&col=120",
    "wall": "/images/cat/layers/2/wall/snapshot.html",
    "maps": "/images/cat/layers/1/maps/snapshot.html",
    "two steps": f"{FOLD}?kind2=separable",
    "small wall": "/images/cat/layers/2/wall/snapshot.html?filters1=8&filters2=8",
    "ladder": "/ladder/snapshot.html",
    "lesson": "/lessons/sum/snapshot.html",
    "number": "/lessons/number/snapshot.html",
}

OpenFile = Callable[..., Page]


class Disk:
    """Saves the file of a view and opens it; what the file asks for, and what it complains of, is noted."""

    def __init__(self, browser: Browser, server: str, folder: Path) -> None:
        self._browser = browser
        self._server = server
        self._folder = folder
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def save(self, address: str) -> Path:
        """Return the file of an address, saved once."""
        path = self._folder / f"{abs(hash(address))}.html"
        if not path.exists():
            with urlopen(f"{self._server}{address}") as answer:
                path.write_bytes(answer.read())
        return path

    def open(
        self,
        address: str,
        *,
        width: int = 1440,
        height: int = HEIGHT,
        scheme: Any = "light",
        **options: Any,
    ) -> Page:
        """Open the file of an address, with no network."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            offline=True,
            **options,
        )
        self._contexts.append(context)
        context.on("request", self._note)
        context.on("console", lambda one: self.complaints.append(one.text))
        context.on("weberror", lambda one: self.complaints.append(str(one.error)))
        page = context.new_page()
        page.goto(self.save(address).as_uri())
        return page

    def close(self) -> None:
        """Close what was opened."""
        for context in self._contexts:
            context.close()

    def _note(self, request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.complaints.append(request.url)
