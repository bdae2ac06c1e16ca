"""Uploads in a folder: the store of one server."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic

from app.lab.errors import FolderUnusable, StoreFull
from app.lab.keep.stores import folders
from app.lab.keep.stores.base import ID, Kept, Kind
from app.lab.keep.stores.holders import Holders
from app.messages import sentence

SUFFIX = ".npz"
# Part of the size that is left full, so that the next such sweep is some time away.
AFTER_SWEEP = 0.9
SWEEP_SECONDS = 600


class DiskStore(Generic[Kept]):
    """A Store of files, each complete or absent; the oldest are deleted first.

    `held` and `held_bytes` count the uploads and the bytes of their files.

    Raises:
        FolderUnusable: the folder cannot be created or written.
    """

    is_reachable = True
    sweep_seconds = SWEEP_SECONDS

    def __init__(self, folder: Path, *, of: Kind[Kept], seconds: float, nbytes: int) -> None:
        self._kind = of
        self._folder = folder
        self._seconds = seconds
        self._nbytes = nbytes
        self._holders = Holders(folder, seconds=seconds)
        self._lock = threading.Lock()  # a deletion must not overlap another upload of the same file
        self.held = self.held_bytes = 0
        try:
            folders.make_private(folder)
            self.sweep()
        except OSError as error:
            raise FolderUnusable(
                sentence(
                    "DATA_DIR: the folder {folder} cannot be made or written ({reason}); a folder "
                    "that the server's user may write would work.",
                    folder=folder,
                    reason=error.strerror,
                )
            ) from error

    def put(self, image_id: str, one: Kept) -> str:
        """Store `one` and return the token that deletes it.

        Raises:
            StoreFull: it cannot be written; nothing was stored.
        """
        file = self._kind.pack(one)
        try:
            with self._counted(image_id):
                folders.write(self._path(image_id), file)
                token = self._add_holder(image_id)
        except OSError as error:
            raise StoreFull from error
        return token

    @property
    def is_too_full(self) -> bool:
        """Return whether the next sweep will delete uploads to make room."""
        return self.held_bytes > self._nbytes

    def remove(self, image_id: str, token: str) -> bool:
        """Give up one token and return whether the upload was deleted: it stays while others hold tokens.

        Raises:
            WrongToken: the token was not issued for this upload.
            StoreFull: the remaining tokens cannot be written, so nothing was changed.
        """
        try:
            with self._counted(image_id):
                latest = self._holders.drop(image_id, token)
                if latest is None:
                    self._unlink(image_id)
                else:  # it now expires with the latest of the others
                    os.utime(self._path(image_id), (latest, latest))
        except FileNotFoundError:
            return True
        except OSError as error:
            raise StoreFull from error
        return latest is None

    def is_held(self, image_id: str, token: str) -> bool:
        """Return whether `token` was issued for this upload."""
        return self.has(image_id) and self._holders.knows(image_id, token)

    def has(self, image_id: str) -> bool:
        """Return whether the upload is stored."""
        return self.seconds_left(image_id) >= 0

    def seconds_left(self, image_id: str) -> float:
        """Return how long the upload will be kept, in seconds; below 0 if it is not stored."""
        return self._seconds - self._age(image_id) if ID.fullmatch(image_id) else -1

    known_seconds_left = seconds_left  # the system nearly always knows it without reading the disk

    def get(self, image_id: str) -> Kept | None:
        """Return the upload, or None if it is not stored."""
        if not self.has(image_id):
            return None
        try:
            with self._path(image_id).open("rb") as file:
                return self._kind.unpack(file)
        except FileNotFoundError:
            return None
        except self._kind.damaged:
            with self._counted(image_id):
                self._unlink(image_id)
            return None

    def sweep(self) -> list[str]:
        """Delete expired uploads, and the oldest beyond the size limit; return the ids of those deleted.

        The newest always stays. Files left half-written by a killed server are deleted too.
        """
        with self._lock:
            gone, self.held, self.held_bytes = [], 0, 0
            found = self._newest_first()
            total = sum(nbytes for _, nbytes in found)
            room = self._nbytes if total <= self._nbytes else AFTER_SWEEP * self._nbytes
            for image_id, nbytes in found:
                too_much = self.held and self.held_bytes + nbytes > room
                if too_much or self._age(image_id) > self._seconds:
                    self._unlink(image_id)
                    gone.append(image_id)
                else:
                    self.held += 1
                    self.held_bytes += nbytes
            return gone

    def _add_holder(self, image_id: str) -> str:
        try:
            return self._holders.add(image_id)
        except OSError:
            if not self._holders.path(image_id).is_file():
                self._unlink(image_id)  # without a token, nobody could delete it
            raise

    def _path(self, image_id: str) -> Path:
        return self._folder / f"{image_id}{SUFFIX}"

    def _age(self, image_id: str) -> float:
        try:
            return time.time() - self._path(image_id).stat().st_mtime
        except FileNotFoundError:
            return float("inf")

    def _unlink(self, image_id: str) -> None:
        for path in (self._path(image_id), self._holders.path(image_id)):
            path.unlink(missing_ok=True)

    @contextmanager
    def _counted(self, image_id: str) -> Iterator[None]:
        with self._lock:
            before = self._bytes_of(image_id)
            try:
                yield
            finally:
                after = self._bytes_of(image_id)
                self.held += (after > 0) - (before > 0)
                self.held_bytes += after - before

    def _bytes_of(self, image_id: str) -> int:
        paths = (self._path(image_id), self._holders.path(image_id))
        return sum(folders.bytes_of(path) for path in paths)

    def _newest_first(self) -> list[tuple[str, int]]:
        for path in self._folder.glob(f"*{folders.PART}"):
            folders.drop_if_left_over(path)
        names = {path.stem for path in self._folder.iterdir() if ID.fullmatch(path.stem)}
        return [(name, self._bytes_of(name)) for name in sorted(names, key=self._age)]
