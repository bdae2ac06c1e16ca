"""The limit on simultaneous computations, shared by requests and by work done ahead."""

import threading
from collections.abc import Callable


class Slots:
    """Slots that any thread can take and give back; waiting requests have priority.

    `waiting` is the number of waiting requests. Their queue maintains it, and learns by `when_free` that a slot
    is free.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.taken = 0
        self.waiting = 0
        self._lock = threading.Lock()
        self._when_free: Callable[[], None] | None = None

    def take_if_free(self, *, waited: bool = False) -> bool:
        """Take a slot if one is free and nobody waits for it; `waited` says that the caller is one of those
        waiting.
        """
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
        """Register a callback for when a slot becomes free while somebody waits; the releasing thread calls it."""
        self._when_free = call
