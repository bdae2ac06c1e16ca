"""Remembers files that could not be decoded, by their hash, to refuse them at once when they are sent again."""

import threading
from collections import OrderedDict

from app.messages import Message
from app.untrusted.pictures.errors import PictureError

MAX_FAILED = 1000  # of about 200 bytes each


class FailedUploads:
    """The error messages of the files refused most recently."""

    def __init__(self) -> None:
        self._messages: OrderedDict[str, tuple[type[PictureError], Message]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, image_id: str) -> None:
        """Refuse a file again.

        Raises:
            PictureError: the error of the first attempt.
        """
        with self._lock:
            if image_id not in self._messages:
                return
            self._messages.move_to_end(image_id)
            kind, message = self._messages[image_id]
        raise kind(message)

    def add(self, image_id: str, error: PictureError) -> None:
        """Remember why a file was refused."""
        with self._lock:
            self._messages[image_id] = (type(error), error.message)
            self._messages.move_to_end(image_id)
            while len(self._messages) > MAX_FAILED:
                self._messages.popitem(last=False)
