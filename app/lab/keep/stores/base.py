"""The interface of a store of uploads: items by id, each with the tokens of its uploaders."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Generic, Protocol, TypeVar

Kept = TypeVar("Kept")

ID = re.compile(r"[0-9a-f]{32}")


def content_id(data: bytes | memoryview) -> str:
    """Return the id of an upload: a hash of its bytes, so that the same file has the same address."""
    return sha256(data).hexdigest()[:32]


@dataclass(frozen=True)
class Kind(Generic[Kept]):
    """The type of item stored: `pack` writes a file, `unpack` reads one or raises one of `damaged` if it is
    incomplete.
    """

    name: str
    pack: Callable[[Kept], memoryview]
    unpack: Callable[[BinaryIO], Kept]
    damaged: tuple[type[Exception], ...]


class Store(Protocol[Kept]):
    """Uploads of one kind by id, kept for a fixed time within a fixed size. Safe to share between threads.

    Every method except `known_seconds_left` may take time, and raises StoreUnreachable if the storage does not
    answer within a few seconds.
    """

    @property
    def held(self) -> int:
        """The number of uploads at the last count."""

    @property
    def held_bytes(self) -> int:
        """Their size in bytes at the last count."""

    @property
    def is_too_full(self) -> bool:
        """Whether the next sweep will delete uploads to make room."""

    @property
    def is_reachable(self) -> bool:
        """Whether the storage answered the last time it was asked."""

    @property
    def sweep_seconds(self) -> float:
        """The seconds between two sweeps."""

    def put(self, upload_id: str, one: Kept) -> str:
        """Store `one` and return the token that deletes it.

        Raises:
            StoreFull: there is no room; nothing was stored.
        """

    def get(self, upload_id: str) -> Kept | None:
        """Return the upload, or None if it is not stored."""

    def has(self, upload_id: str) -> bool:
        """Return whether the upload is stored."""

    def seconds_left(self, upload_id: str) -> float:
        """Return how long the upload will be kept, in seconds; below 0 if it is not stored."""

    def known_seconds_left(self, upload_id: str) -> float | None:
        """Return the same as `seconds_left` if that is known at once, else None."""

    def is_held(self, upload_id: str, token: str) -> bool:
        """Return whether `token` was issued for this upload."""

    def remove(self, upload_id: str, token: str) -> bool:
        """Give up one token and return whether the upload was deleted: it stays while others hold tokens.

        Raises:
            WrongToken: the token was not issued for this upload.
            StoreFull: the remaining tokens cannot be written, so nothing was changed.
        """

    def sweep(self) -> list[str]:
        """Delete expired uploads, count the rest, and return the ids of those deleted."""
