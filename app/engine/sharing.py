"""Work shared by threads: the matrix products and the arithmetic of NumPy run side by side."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")


def share(tasks: Iterable[Task], work: Callable[[Iterator[Task]], None], *, threads: int) -> None:
    """Call `work` on each thread with one iterator: a thread that is free takes the next task."""
    queue = iter(tuple(tasks))  # of a tuple: safe to draw from on several threads
    if threads <= 1:
        work(queue)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, queue) for _ in range(threads)]:
            done.result()
