"""Work shared by threads: NumPy releases the GIL in matrix products and in its arithmetic."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from threading import Lock
from typing import Generic, TypeAlias, TypeVar

import numpy as np

from app.engine.arrays import Float

Task = TypeVar("Task")
Work: TypeAlias = Callable[[Iterator[Task]], None]

# NumPy copies an operand through its buffer where rows have fewer values than a quarter of that buffer.
# Working on the operand in place is faster, so the buffer is made small.
BUFFER_VALUES = 1024

# Of the maps that one call measures: they fit the cache of a core. While threads share work, each call waits for
# the GIL, so a few calls for many maps take two thirds of the time of many.
BATCH_VALUES = 2**18

# Kept from one call to the next: a view shares work ten times, and starting a thread costs 0.1 ms.
# All computations have these together; where none is free, the thread that shares its work does it alone.
_HELPERS = ThreadPoolExecutor(64, thread_name_prefix="shared")


# Called before each task that is shared; what it raises ends the work.
before_each_task: ContextVar[Callable[[], None]] = ContextVar(
    "before_each_task", default=lambda: None
)


class _Queue(Iterator[Task]):
    def __init__(self, tasks: Iterable[Task], check: Callable[[], None]) -> None:
        self._tasks = iter(tuple(tasks))  # an iterator of a tuple is safe to share between threads
        self._check = check

    def __next__(self) -> Task:
        self._check()
        return next(self._tasks)


class _Part(Generic[Task]):
    """What another thread does of some work, unless the work ends before that thread comes to it.

    It lets go of the work, and so of its arrays, when it ends: the pool keeps parts for a while.
    """

    def __init__(self, work: Work[Task], queue: _Queue[Task]) -> None:
        self._work: Work[Task] | None = work
        self._queue = queue
        self._busy = Lock()

    def __call__(self) -> None:
        with self._busy:
            try:
                if self._work:
                    _unbuffered(self._work, self._queue)
            finally:
                self._work = None

    def end(self) -> None:
        """Wait for what was begun, and begin nothing more."""
        with self._busy:
            self._work = None


def share(tasks: Iterable[Task], work: Work[Task], *, threads: int) -> None:
    """Call `work` on each thread with one shared iterator: whenever a thread is free, it takes the next task.

    The calling thread is one of them.
    """
    queue = _Queue(tasks, before_each_task.get())
    parts = [_Part(work, queue) for _ in range(threads - 1)]
    others: list[Future[None]] = []
    try:
        for part in parts:
            others.append(_HELPERS.submit(part))
        _unbuffered(work, queue)
    finally:
        for part in parts:
            part.end()
    for other in others:
        if not other.cancel():  # it has begun, and has ended
            other.result()


def batches(maps: Float) -> list[slice]:
    """Cut maps into batches that fit the cache of a core, as tasks for `share`.

    Shapes:
        maps  (F, H, W)
    """
    each = max(BATCH_VALUES // max(maps[:1].size, 1), 1)
    return [slice(start, min(start + each, len(maps))) for start in range(0, len(maps), each)]


def _unbuffered(work: Work[Task], queue: _Queue[Task]) -> None:
    before = np.setbufsize(BUFFER_VALUES)  # affects this thread only
    try:
        work(queue)
    finally:
        np.setbufsize(before)
