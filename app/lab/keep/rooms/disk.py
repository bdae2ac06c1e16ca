"""Rooms in an SQLite file: those of one server."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hmac import compare_digest
from pathlib import Path
from typing import cast

from app.lab.errors import RoomsFull, VotesNotKept
from app.lab.keep.rooms.base import (
    FRESH_SECONDS,
    MAX_BALLOTS,
    MAX_ROOMS,
    ROOM_SECONDS,
    Outcome,
    Room,
    digest,
    new_code,
    new_secret,
    no_such_room,
    wrong_key,
)

TABLES = """
CREATE TABLE IF NOT EXISTS rooms (
    code TEXT PRIMARY KEY, lesson TEXT NOT NULL, key TEXT NOT NULL, opened REAL NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0, revealed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS ballots (
    code TEXT NOT NULL REFERENCES rooms ON DELETE CASCADE, ballot TEXT NOT NULL, guess TEXT NOT NULL,
    PRIMARY KEY (code, ballot)
) WITHOUT ROWID;
"""
EXPIRED = "DELETE FROM rooms WHERE opened < ?"
OLDEST_WITHOUT_BALLOTS = """
DELETE FROM rooms WHERE code = (
    SELECT code FROM rooms
    WHERE opened < ? AND NOT EXISTS (SELECT 1 FROM ballots WHERE ballots.code = rooms.code)
    ORDER BY opened LIMIT 1
)
"""


class DiskRooms:
    """Rooms in one file. Where there are too many, the oldest without ballots gives way."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; {TABLES}")
        self.sweep()

    def open(self, lesson: str) -> tuple[str, str]:
        """Open a room for a lesson; return its code and the presenter's key."""
        code, key, now = new_code(), new_secret(), time.time()
        with self._changes() as db:
            db.execute(EXPIRED, (now - ROOM_SECONDS,))
            full = self._one("SELECT count(*) FROM rooms") >= MAX_ROOMS
            if full and db.execute(OLDEST_WITHOUT_BALLOTS, (now - FRESH_SECONDS,)).rowcount < 1:
                raise RoomsFull
            row = (code, lesson, digest(key), now)
            db.execute("INSERT INTO rooms (code, lesson, key, opened) VALUES (?, ?, ?, ?)", row)
        return code, key

    def find(self, code: str) -> Room | None:
        """Return the room of a code, or None if there is none or its day is over."""
        with self._changes():
            return self._room(code)

    def vote(self, code: str, ballot: str, guess: str) -> Outcome:
        """Count a guess, once for each ballot."""
        with self._changes() as db:
            room = self._room(code)
            if room is None:
                raise no_such_room()
            if room.is_closed:
                return "closed"
            if room.ballots >= MAX_BALLOTS:
                return "full"
            row = (code, digest(ballot), guess)
            added = db.execute("INSERT OR IGNORE INTO ballots VALUES (?, ?, ?)", row).rowcount
        return "counted" if added else "already"

    def counts(self, code: str, key: str) -> dict[str, int]:
        """Return how often each guess was given."""
        with self._changes() as db:
            self._check(code, key)
            found = db.execute(
                "SELECT guess, count(*) FROM ballots WHERE code = ? GROUP BY guess", (code,)
            )
            return dict(found.fetchall())

    def close(self, code: str, key: str) -> None:
        """Take no more ballots."""
        with self._changes() as db:
            self._check(code, key)
            db.execute("UPDATE rooms SET closed = 1 WHERE code = ?", (code,))

    def reveal(self, code: str, key: str) -> None:
        """Close the room and let everybody see the answer."""
        with self._changes() as db:
            self._check(code, key)
            db.execute("UPDATE rooms SET closed = 1, revealed = 1 WHERE code = ?", (code,))

    def sweep(self) -> None:
        """Delete the rooms whose day is over."""
        with self._changes() as db:
            db.execute(EXPIRED, (time.time() - ROOM_SECONDS,))

    def release(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _room(self, code: str) -> Room | None:
        row = self._db.execute(
            "SELECT lesson, closed, revealed, (SELECT count(*) FROM ballots WHERE ballots.code = rooms.code)"
            " FROM rooms WHERE code = ? AND opened >= ?",
            (code, time.time() - ROOM_SECONDS),
        ).fetchone()
        if row is None:
            return None
        lesson, closed, revealed, ballots = row
        return Room(
            code=code,
            lesson=lesson,
            is_closed=bool(closed),
            is_revealed=bool(revealed),
            ballots=ballots,
        )

    def _check(self, code: str, key: str) -> None:
        if self._room(code) is None:
            raise no_such_room()
        (held,) = self._db.execute("SELECT key FROM rooms WHERE code = ?", (code,)).fetchone()
        if not compare_digest(held, digest(key)):
            raise wrong_key()

    def _one(self, query: str) -> int:
        return cast(int, self._db.execute(query).fetchone()[0])

    @contextmanager
    def _changes(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection for what is read or changed as a whole or not at all."""
        try:
            with self._lock, self._db as db:
                yield db
        except sqlite3.OperationalError as error:  # no room on the disk, or it cannot be written
            raise VotesNotKept from error
