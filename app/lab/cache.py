"""A byte-bounded cache of computed values, least recently used out first, one computation a key at a time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ByteCache(Generic[Value]):
    """Values by key, at most `nbytes` of them as told by `size_of`.

    Threads that ask for a key which another thread is computing wait for that one's result.
    """

    def __init__(self, nbytes: int, *, size_of: Callable[[Value], int]) -> None:
        self._limit = nbytes
        self._size_of = size_of
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._running: dict[Hashable, Future[Value]] = {}
        self._lock = threading.Lock()
        self.nbytes = 0

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of `key`, computing it when it is neither kept nor being computed."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            running = self._running.get(key)
            if running is None:
                mine = self._running[key] = Future()
        if running is not None:
            return running.result()
        return self._compute(key, compute, mine)

    def _compute(self, key: Hashable, compute: Callable[[], Value], mine: "Future[Value]") -> Value:
        try:
            value = compute()
        except BaseException as error:
            with self._lock:
                del self._running[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._running[key]
            self._keep(key, value)
        mine.set_result(value)
        return value

    def _keep(self, key: Hashable, value: Value) -> None:
        self._kept[key] = value
        self.nbytes += self._size_of(value)
        while self.nbytes > self._limit:
            _, dropped = self._kept.popitem(last=False)
            self.nbytes -= self._size_of(dropped)
