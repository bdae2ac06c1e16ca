"""Who may delete a picture: everyone who uploaded it, identified by the hash of a random token.

The same file has the same address for everyone, so a picture may have several holders.
"""

import re
import secrets
import time
from hashlib import sha256
from pathlib import Path

from app.lab.errors import WrongToken
from app.lab.keep.stores import folders
from app.messages import sentence

SUFFIX = ".holders"
LINE = re.compile(r"^([0-9a-f]{64}) (\d{1,15}\.\d{3})$", re.MULTILINE)
MAX_HOLDERS = 1000  # holders of one picture; with more, the oldest can no longer delete it


def new_token() -> str:
    """Return a random token for a new holder."""
    return secrets.token_urlsafe(24)


def hash_of(token: str) -> str:
    """Return the hash of a token, which is all that is stored of it."""
    return sha256(token.encode()).hexdigest()


def not_a_holder() -> WrongToken:
    """Return the message for someone who does not hold the picture."""
    return WrongToken(
        sentence(
            "This token does not delete this upload. The address that the upload led to "
            "holds the one that does; without it the upload goes when its time is over."
        )
    )


class Holders:
    """The holders of each picture: a file next to it, with a line for each hash and its time of upload."""

    def __init__(self, folder: Path, *, seconds: float) -> None:
        self._folder = folder
        self._seconds = seconds

    def path(self, image_id: str) -> Path:
        """Return the file of a picture's holders."""
        return self._folder / f"{image_id}{SUFFIX}"

    def add(self, image_id: str) -> str:
        """Add a holder and return the token.

        Raises:
            OSError: it cannot be written.
        """
        token = new_token()
        kept = sorted(self._read(image_id).items(), key=lambda holder: holder[1])
        self._write(image_id, dict([*kept[-MAX_HOLDERS + 1 :], (hash_of(token), time.time())]))
        return token

    def knows(self, image_id: str, token: str) -> bool:
        """Return whether `token` belongs to a holder."""
        return hash_of(token) in self._read(image_id)

    def drop(self, image_id: str, token: str) -> float | None:
        """Remove a holder and return the time of the latest other upload; None if there is no other.

        Raises:
            WrongToken: the token belongs to no holder.
            OSError: the others cannot be written; nothing was changed.
        """
        kept = self._read(image_id)
        if kept.pop(hash_of(token), None) is None:
            raise not_a_holder()
        if kept:
            self._write(image_id, kept)
        return max(kept.values(), default=None)

    def _read(self, image_id: str) -> dict[str, float]:
        try:
            text = self.path(image_id).read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return {}
        oldest = time.time() - self._seconds
        holders = {line[1]: float(line[2]) for line in LINE.finditer(text)}
        return {name: moment for name, moment in holders.items() if moment >= oldest}

    def _write(self, image_id: str, holders: dict[str, float]) -> None:
        lines = [f"{name} {moment:.3f}\n" for name, moment in holders.items()]
        folders.write(self.path(image_id), "".join(lines).encode("ascii"))
