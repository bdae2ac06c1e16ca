"""How many pixels are decoded at the same time: their number, and not that of requests, is memory."""

import ctypes
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

LARGE = 250_000  # pixels of a picture after which the memory that it left is given back


class MegapixelBudget:
    """A gate that lets pictures in as long as their pixels fit, first come first served.

    A picture of more than all of them goes alone. Nobody overtakes, so a large picture waits no
    longer than for those that came before it.
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
            if pixels >= LARGE:
                give_back_freed()
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


def give_back_freed() -> None:
    """Have the C library return freed memory to the system; without this, it keeps hundreds of MiB.

    Only glibc has the function; elsewhere nothing is done.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
