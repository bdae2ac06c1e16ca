"""Runs a measurement in a separate process, so that it does not wait for the threads of the load."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SECONDS_TO_END = 10


@contextmanager
def measured(measure: Callable[..., None], *given: Any) -> Iterator[list[Any]]:
    """Run `measure(connection, *given)` during the context; afterwards the list has what it sent.

    `measure` sends one message when it has started, and ends with a list when `connection.poll()` is true.
    """
    taken: list[Any] = []
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=measure, args=(theirs, *given), daemon=True)
    process.start()
    theirs.close()  # so that the end of the process is noticed here
    ours.recv()
    try:
        yield taken
    finally:
        ours.send("stop")
        taken += ours.recv()
        process.join(SECONDS_TO_END)
