"""The budget of memory for all that is computed at once."""

import threading
from collections import Counter

from app.lab.compute.prices import CHEAP_BYTES


class ComputeMemory:
    """Bytes that computations hold, at most `nbytes`: dear ones take turns, and cheap ones go on beside them.

    While a dear computation waits, cheap ones leave it room, so neither kind starves. One that is dearer than the
    room of its kind runs when no other of its kind does.
    """

    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes
        self._room = max(nbytes - CHEAP_BYTES, 0)  # of dear computations
        self._taken: Counter[bool] = Counter()  # by whether they are dear
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Return the bytes that are reserved."""
        return self._taken.total()

    def take_if_fits(self, nbytes: int, *, dear: bool, dear_waits: bool = False) -> bool:
        """Reserve bytes if they fit."""
        with self._lock:
            own, others = self._taken[dear], self._taken[not dear]
            if dear:
                room = min(self._room, self.nbytes - others)
                fits = own + min(nbytes, self._room) <= room
            else:
                room = self.nbytes - (self._room if dear_waits else min(others, self._room))
                fits = not own or own + nbytes <= room
            if fits:
                self._taken[dear] += nbytes
            return fits

    def give_back(self, nbytes: int, *, dear: bool) -> None:
        """Give reserved bytes back."""
        with self._lock:
            self._taken[dear] -= nbytes
            assert self._taken[dear] >= 0
