"""Results that are computed once for what they belong to, and kept as long as that is."""

from collections.abc import Callable
from threading import RLock
from typing import Any, TypeVar, cast

Known = TypeVar("Known")


class Results:
    """Results by name.

    Where two threads ask for the same one at the same time, as a page and what draws its sheets do, one waits.
    """

    def __init__(self) -> None:
        self._known: dict[object, Any] = {}
        self._locks: dict[object, RLock] = {}  # by name; a result may be computed from others

    def get(self, name: object, compute: Callable[[], Known]) -> Known:
        """Return the result stored under a name; compute it the first time."""
        if name not in self._known:
            with self._locks.setdefault(name, RLock()):  # one lock a name, also for two threads
                if name not in self._known:
                    self._known[name] = compute()
        return cast(Known, self._known[name])
