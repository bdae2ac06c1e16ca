"""Measures the time that a request computes, by kind of work, on every thread that works for it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_spent: ContextVar[dict[str, float] | None] = ContextVar("spent", default=None)


def begin() -> dict[str, float]:
    """Start measuring in the current context; return the dictionary that will fill with seconds by kind."""
    spent: dict[str, float] = {}
    _spent.set(spent)
    return spent


@contextmanager
def timed(kind: str) -> Iterator[None]:
    """Count the time of this block as `kind`, minus nested blocks that count as another kind."""
    spent = _spent.get()
    if spent is None:
        yield
        return
    began, inner = time.perf_counter(), sum(spent.values())
    try:
        yield
    finally:
        elapsed = time.perf_counter() - began - (sum(spent.values()) - inner)
        spent[kind] = spent.get(kind, 0.0) + elapsed
