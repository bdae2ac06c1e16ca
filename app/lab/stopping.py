"""Stops a computation whose reader has gone: it checks between its pieces."""

import threading
from contextvars import ContextVar

from app.engine.compute.threads import before_each_task

_given_up: ContextVar[threading.Event | None] = ContextVar("given_up", default=None)


class Abandoned(Exception):
    """Nobody waits for the result any more."""


def begin() -> threading.Event:
    """Return an event that stops what is computed in the current context, once it is set."""
    event = threading.Event()
    _given_up.set(event)
    before_each_task.set(lambda: _check(event))
    return event


def check() -> None:
    """Go on only if somebody waits.

    Raises:
        Abandoned: nobody does.
    """
    if event := _given_up.get():
        _check(event)


def _check(event: threading.Event) -> None:
    if event.is_set():
        raise Abandoned
