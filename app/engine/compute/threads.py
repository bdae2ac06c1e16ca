"""Work shared by threads: NumPy releases the GIL in matrix products and in its arithmetic."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import ContextVar
from typing import TypeVar

import numpy as np

Task = TypeVar("Task")

# NumPy copies an operand through its buffer where rows have fewer values than a quarter of that buffer.
# Working on the operand in place is faster, so the buffer is made small.
BUFFER_VALUES = 1024

# Kept from one call to the next: a view shares work ten times, and starting a thread costs 0.1 ms.
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


def share(tasks: Iterable[Task], work: Callable[[Iterator[Task]], None], *, threads: int) -> None:
    """Call `work` on each thread with one shared iterator: whenever a thread is free, it takes the next task.

    The calling thread is one of them.
    """
    queue = _Queue(tasks, before_each_task.get())

    def unbuffered() -> None:
        before = np.setbufsize(BUFFER_VALUES)  # affects this thread only
        try:
            work(queue)
        finally:
            np.setbufsize(before)

    if threads <= 1:
        unbuffered()
        return
    others = [_HELPERS.submit(unbuffered) for _ in range(threads - 1)]
    try:
        unbuffered()
    finally:
        begun = [
            one for one in others if not one.cancel()
        ]  # the rest would find nothing left to do
        wait(begun)
    for one in begun:
        one.result()
