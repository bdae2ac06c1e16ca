"""Work shared by threads: the matrix products and the arithmetic of NumPy run side by side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

Task = TypeVar("Task")

# NumPy copies operands whose rows have fewer values than a quarter of its buffer through that buffer,
# which takes longer than to work on them where they are.
BUFFER_VALUES = 1024


def share(tasks: Iterable[Task], work: Callable[[Iterator[Task]], None], *, threads: int) -> None:
    """Call `work` on each thread with one iterator: a thread that is free takes the next task."""
    queue = iter(tuple(tasks))  # of a tuple: safe to draw from on several threads

    def unbuffered() -> None:
        before = np.setbufsize(BUFFER_VALUES)  # on this thread only
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
