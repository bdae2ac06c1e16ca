"""Uploads from their coming to their going: taken in, kept for a time, deleted, forgotten everywhere."""

from collections.abc import Callable
from contextlib import suppress

from app.lab.keep.pictures import Pictures
from app.lab.keep.stores.stored_pictures import ImageStore
from app.lab.keep.views import AddedView, DeletedView


class Uploads:
    """The uploads of everybody, and who has to forget what was computed from one."""

    def __init__(self, pictures: Pictures, *, hours: int) -> None:
        self._pictures = pictures
        self._hours = hours
        self._told: list[Callable[[str], None]] = []

    @property
    def store(self) -> ImageStore:
        """Return the store of uploads, to be counted."""
        return self._pictures.store

    def has(self, image_id: str) -> bool:
        """Tell whether a picture can be shown: a sample, or an upload that is kept."""
        return self._pictures.has(image_id)

    def seconds_left(self, image_id: str) -> float:
        """Return how long a picture will be kept: for ever if it is a sample, less than 0 if it is not."""
        return self._pictures.seconds_left(image_id)

    def known_seconds_left(self, image_id: str) -> float | None:
        """Return what `seconds_left` does where that takes no time, else None."""
        return self._pictures.known_seconds_left(image_id)

    def add(self, data: bytes, *, original: tuple[int, int] | None = None) -> AddedView:
        """Take in an upload (see Pictures.add), and make room where it was one too many."""
        added = self._pictures.add(data, original=original)
        if self.store.is_too_full:
            with suppress(OSError):  # the upload is kept; the next sweep tells the log
                self.sweep()
        return added

    def delete(self, image_id: str, token: str) -> None:
        """Take one upload away (see Pictures.remove)."""
        if self._pictures.remove(image_id, token):
            self.forget(image_id)

    def deleted(self) -> DeletedView:
        """Return what is said about a deletion."""
        return DeletedView(what="picture", kept_hours=self._hours)

    def forget(self, image_id: str) -> None:
        """Keep nothing in memory that was computed from an upload which has been deleted."""
        for told in self._told:
            told(image_id)

    def when_forgotten(self, told: Callable[[str], None]) -> None:
        """Have `told` called with the id of every picture that is to be forgotten."""
        self._told.append(told)

    def sweep(self) -> None:
        """Delete what has had its time."""
        for image_id in self._pictures.sweep():
            self.forget(image_id)
