"""The interface of the rooms: a code for the class, a key for the presenter, and ballots that count once."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol

from app.lab.errors import NoSuchRoom, WrongKey
from app.messages import sentence

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that look like another
CODE_LENGTH = 6
ROOM_SECONDS = 86_400
MAX_ROOMS = 500
MAX_BALLOTS = 1_000  # of one room
FRESH_SECONDS = 600  # a room without ballots gives way to another only after these

Outcome = Literal["counted", "already", "closed", "full"]


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room as everybody may see it: the lesson, whether it takes ballots, and how many it has."""

    code: str
    lesson: str
    is_closed: bool
    is_revealed: bool
    ballots: int


class Rooms(Protocol):
    """Rooms by code, kept for a day and bounded in number. Safe to share between threads.

    Every method may take time. It raises StoreUnreachable if the storage does not answer, and VotesNotKept if it
    cannot be read or written.
    """

    def open(self, lesson: str) -> tuple[str, str]:
        """Open a room for a lesson; return its code and the presenter's key.

        Where there are MAX_ROOMS, the oldest without ballots gives way, unless it is fresh.

        Raises:
            RoomsFull: there is none that could give way.
        """

    def find(self, code: str) -> Room | None:
        """Return the room of a code, or None if there is none or its day is over."""

    def vote(self, code: str, ballot: str, guess: str) -> Outcome:
        """Count a guess, once for each ballot.

        Raises:
            NoSuchRoom: there is no such room.
        """

    def counts(self, code: str, key: str) -> dict[str, int]:
        """Return how often each guess was given.

        Raises:
            NoSuchRoom: there is no such room.
            WrongKey: the key is not that of the room.
        """

    def close(self, code: str, key: str) -> None:
        """Take no more ballots. Raises as `counts`."""

    def reveal(self, code: str, key: str) -> None:
        """Close the room and let everybody see the answer. Raises as `counts`."""

    def sweep(self) -> None:
        """Delete the rooms whose day is over."""

    def release(self) -> None:
        """Give back the file or the connection when the server stops."""


def new_code() -> str:
    """Return a random code, short enough to be typed."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_secret() -> str:
    """Return a random key or ballot."""
    return secrets.token_urlsafe(18)


def digest(secret: str) -> str:
    """Return the hash of a key or a ballot, which is all that is stored of it."""
    return sha256(secret.encode()).hexdigest()[:32]


def no_such_room() -> NoSuchRoom:
    """Return the error about a room that there is not."""
    return NoSuchRoom(
        sentence("There is no room with this code. Rooms end after a day; ask for a new one.")
    )


def wrong_key() -> WrongKey:
    """Return the error about a key that does not belong to the room."""
    return WrongKey(
        sentence(
            "This key is not that of the room. The address that opening the room led to has it."
        )
    )
