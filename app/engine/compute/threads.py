"""Work shared by threads: NumPy releases the GIL in matrix products and in its arithmetic."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

Task = TypeVar("Task")

# NumPy copies an operand through its buffer where rows have fewer values than a quarter of that buffer.
# Working on the operand in place is faster, so the buffer is made small.
BUFFER_VALUES = 1024


def share(tasks: Iterable[Task], work: Callable[[Iterator[Task]], None], *, threads: int) -> None:
    """Call `work` on each thread with one shared iterator: whenever a thread is free, it takes the next task."""
    queue = iter(tuple(tasks))  # an iterator of a tuple is safe to share between threads

    def unbuffered() -> None:
        before = np.setbufsize(BUFFER_VALUES)  # affects this thread only
        try:
            work(queue)
        finally:
            np.setbufsize(before)

    if threads <= 1:
        unbuffered()
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(unbuffered) for _ in range(threads)]:
            done.result()
