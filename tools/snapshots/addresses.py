"""A list of addresses: one a line, as paths or whole addresses of a Convfold server; # begins a comment."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

FILE = "/snapshot.html"
COMMENT = re.compile(r"(^|\s)#.*")
# Where the path of a view begins, below the sub-path of its server.
VIEW = re.compile(r"(?P<below>.*?)(?:/embed)?(?P<path>/(?:images|lessons|ladder)(?:/.*)?)")


class BadLine(Exception):
    """A line of the list that is no address of a view."""


@dataclass(frozen=True)
class Entry:
    """One line of a list: its number from 1, its text, the server that it names, and its view there."""

    line: int
    text: str
    server: str
    path: str
    query: str

    @property
    def file(self) -> str:
        """Return the address of the view as one file."""
        return urlunsplit(SplitResult("", "", f"{self.path}{FILE}", self.query, ""))


def read_list(path: Path) -> tuple[Entry, ...]:
    """Read a list of addresses.

    Raises:
        BadLine: a line is neither a path of a view nor an address.
    """
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    said = ((line, COMMENT.sub("", text).strip()) for line, text in lines)
    return tuple(_entry(line, text) for line, text in said if text)


def server_of(entries: tuple[Entry, ...]) -> str:
    """Return the server that the first whole address names; empty where all are paths."""
    return next((entry.server for entry in entries if entry.server), "")


def _entry(line: int, text: str) -> Entry:
    parts = urlsplit(text)
    found = VIEW.fullmatch(parts.path)
    whole = parts.scheme in ("http", "https")
    if found is None or " " in text or not (whole or text.startswith("/")):
        raise BadLine(
            f"line {line}: {text} is no address of a view; /images/cat/layers/2/wall would work."
        )
    server = f"{parts.scheme}://{parts.netloc}{found['below']}" if whole else ""
    path = found["path"].removesuffix("/").removesuffix(FILE)
    return Entry(line, text, server, path, parts.query)
