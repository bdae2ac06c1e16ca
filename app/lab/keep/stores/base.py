"""What a store of uploads does, wherever it keeps them: things by id, with those who hold each."""

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
    """What is kept: `pack` makes its file, `unpack` reads one and raises one of `damaged` if it is not whole."""

    name: str
    pack: Callable[[Kept], memoryview]
    unpack: Callable[[BinaryIO], Kept]
    damaged: tuple[type[Exception], ...]


class Store(Protocol[Kept]):
    """Uploads of one kind by id, for a stated time and within a stated size. Safe to share between threads.

    Every method but `known_seconds_left` may take time, and raises StoreUnreachable where the place that
    keeps them does not answer; none waits for it longer than a few seconds.
    """

    @property
    def held(self) -> int:
        """How many were kept when they were counted last."""

    @property
    def held_bytes(self) -> int:
        """How many bytes they took."""

    @property
    def is_too_full(self) -> bool:
        """Whether the next sweep will delete some for room."""

    @property
    def is_reachable(self) -> bool:
        """Whether the place that keeps them answered when it was asked last."""

    @property
    def sweep_seconds(self) -> float:
        """How long to wait between two sweeps."""

    def put(self, upload_id: str, one: Kept) -> str:
        """Keep `one` and return the token that deletes it.

        Raises:
            StoreFull: there is no room for it; nothing of it is left.
        """

    def get(self, upload_id: str) -> Kept | None:
        """Return what is kept, or None."""

    def has(self, upload_id: str) -> bool:
        """Tell whether something is kept."""

    def seconds_left(self, upload_id: str) -> float:
        """Return how long it will be kept; less than 0 if it is not."""

    def known_seconds_left(self, upload_id: str) -> float | None:
        """Return what `seconds_left` does where that takes no time, else None."""

    def is_held(self, upload_id: str, token: str) -> bool:
        """Tell whether `token` came with an upload of this."""

    def remove(self, upload_id: str, token: str) -> bool:
        """Take one upload away and return whether it went: it stays while someone else holds it.

        Raises:
            WrongToken: the token came with no upload of this.
            StoreFull: the others cannot be written down, so nothing was changed.
        """

    def sweep(self) -> list[str]:
        """Delete what has had its time, count the rest, and return the ids of what went."""
