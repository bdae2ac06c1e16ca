"""How many computations run at once: the one count that requests and work done ahead share."""

import threading
from collections.abc import Callable


class Slots:
    """Slots that are taken and given back by any thread; those who wait for one come first.

    `waiting` is the number of those who wait. Their queue keeps it, and is told by `when_free` that a
    slot came free.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.taken = 0
        self.waiting = 0
        self._lock = threading.Lock()
        self._when_free: Callable[[], None] | None = None

    def take_if_free(self, *, waited: bool = False) -> bool:
        """Take a slot if one is free and nobody waits for it; `waited` is for one of those who did."""
        with self._lock:
            if self.taken >= self.count or (self.waiting and not waited):
                return False
            self.taken += 1
            return True

    def give_back(self) -> None:
        """Give a slot back."""
        with self._lock:
            assert self.taken > 0
            self.taken -= 1
        if self.waiting and self._when_free:
            self._when_free()

    def when_free(self, call: Callable[[], None]) -> None:
        """Have `call` called, by the thread that gives it back, when a slot is free and somebody waits."""
        self._when_free = call
