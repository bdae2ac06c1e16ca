"""A byte-bounded LRU cache of computed values, in which each key is computed by one thread at a time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from app.engine.spec.stack import LayerSpec, StackSpec
from app.lab.stopping import Abandoned, check

Value = TypeVar("Value")


def belongs_to(image_id: str) -> Callable[[Hashable], bool]:
    """Return a predicate for the keys of results computed from a picture, which start with its id."""
    return lambda key: isinstance(key, tuple) and key[0] == image_id


def uses_weights(key: str) -> Callable[[Hashable], bool]:
    """Return a predicate for the keys of results computed with imported weights, given the hash at the end of
    their id.
    """

    def uses(part: object) -> bool:
        match part:
            case StackSpec(layers=layers):
                return any(map(uses, layers))
            case LayerSpec(weights=str() as name):
                return name.endswith(key)
            case tuple():
                return any(map(uses, part))
        return False

    return uses


class ByteCache(Generic[Value]):
    """Values by key, at most `nbytes` in total as measured by `size_of`.

    A thread that needs a key which another thread is computing waits for that result.
    """

    def __init__(self, nbytes: int, *, size_of: Callable[[Value], int]) -> None:
        self._limit = nbytes
        self._size_of = size_of
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()
        self._running: dict[Hashable, Future[Value]] = {}
        self._lock = threading.Lock()
        self.nbytes = 0

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of `key`; compute it if it is neither cached nor being computed."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            running = self._running.get(key)
            if running is None:
                mine = self._running[key] = Future()
        if running is None:
            return self._compute(key, compute, mine)
        try:
            return running.result()
        except Abandoned:  # by another reader, not by this one
            check()
            return self.get(key, compute)

    def find(self, key: Hashable) -> Value | None:
        """Return the value of `key` if it is cached."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: Hashable, value: Value) -> None:
        """Cache a value that was computed elsewhere."""
        with self._lock:
            self._drop(key)
            self._keep(key, value)

    def drop(self, matches: Callable[[Hashable], bool]) -> None:
        """Drop every value whose key `matches`; one that is being computed will not be cached."""
        with self._lock:
            for key in [key for key in self._kept if matches(key)]:
                self._drop(key)
            for key in [key for key in self._running if matches(key)]:
                del self._running[key]

    def make_room(self, nbytes: int) -> None:
        """Drop the values that were used longest ago, at least `nbytes` of them if there are as many."""
        with self._lock:
            least = max(self.nbytes - nbytes, 0)
            while self.nbytes > least:
                self._drop(next(iter(self._kept)))

    def _compute(self, key: Hashable, compute: Callable[[], Value], mine: "Future[Value]") -> Value:
        try:
            value = compute()
        except BaseException as error:
            with self._lock:
                self._finish(key, mine)
            mine.set_exception(error)
            raise
        with self._lock:
            if self._finish(key, mine):
                self._keep(key, value)
        mine.set_result(value)
        return value

    def _finish(self, key: Hashable, mine: "Future[Value]") -> bool:
        if self._running.get(key) is not mine:
            return False  # dropped meanwhile
        del self._running[key]
        return True

    def _keep(self, key: Hashable, value: Value) -> None:
        self._kept[key] = value
        self.nbytes += self._size_of(value)
        while self.nbytes > self._limit:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        if key in self._kept:
            self.nbytes -= self._size_of(self._kept.pop(key))
