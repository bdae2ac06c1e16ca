"""Limits the pixels that are decoded at the same time: memory depends on pixels, not on requests."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class MegapixelBudget:
    """Admits pictures to decoding while their pixels fit, first come, first served.

    A picture larger than the whole budget is decoded alone. Nobody overtakes, so a large picture waits only for
    those that came before it.
    """

    def __init__(self, most_pixels: int) -> None:
        self._most = most_pixels
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self.taken = 0

    @contextmanager
    def reserve(self, pixels: int) -> Iterator[None]:
        """Wait until `pixels` fit, and hold them until the context ends."""
        pixels = min(pixels, self._most)
        self._enter(pixels)
        try:
            yield
        finally:
            with self._changed:
                self.taken -= pixels
                self._changed.notify_all()

    def _enter(self, pixels: int) -> None:
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                self._changed.wait_for(lambda: self._is_next(ticket, pixels))
                self.taken += pixels
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _is_next(self, ticket: object, pixels: int) -> bool:
        return self._waiting[0] is ticket and self.taken + pixels <= self._most
