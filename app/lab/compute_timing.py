"""What the computations of a request took, by kind, whatever thread did them on its behalf."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_spent: ContextVar[dict[str, float] | None] = ContextVar("spent", default=None)


def begin() -> dict[str, float]:
    """Return the seconds by kind that fill while the current context computes."""
    spent: dict[str, float] = {}
    _spent.set(spent)
    return spent


@contextmanager
def spent_on(kind: str) -> Iterator[None]:
    """Count what is done in this context as `kind`, less what is counted as another kind within it."""
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
