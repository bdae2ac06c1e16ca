"""Computes an answer once for simultaneous requests, and drops it when nobody waits for it any more."""

import asyncio
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Scope, Send

from app.web.gate.admission import TICKET, Admission
from app.web.gate.clients import DISCONNECT, EMPTY_BODY
from app.web.gate.fair_queue import QueueKey, Ticket
from app.web.watch.route_names import route_of

# Readers per step of the event loop: answering 500 of them in one step would block it for 120 ms.
ANSWERED_AT_ONCE = 16


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send) -> None:
        """Send the answer to a client."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


class SingleFlight:
    """Answers requests through `app`, with at most one computation per key at a time."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission
        self._running: dict[Hashable, SharedAnswer] = {}

    @contextmanager
    def join(self, key: Hashable, scope: Scope, key_in_queue: QueueKey) -> "Iterator[SharedAnswer]":
        """Share the answer to `key` while the context is open; the first request starts the computation."""
        arrived, shared = time.monotonic(), self._running.get(key)
        if shared is None:
            shared = self._running[key] = SharedAnswer(self._app, scope)
            shared.task.add_done_callback(lambda _: self._end(key, shared))
        else:
            self._admission.join(shared.ticket, key_in_queue)
        shared.readers += 1
        try:
            yield shared
        finally:
            shared.readers -= 1
            if not shared.readers and not shared.task.done():
                shared.abandoned.set()
                self._end(key, shared)
            shared.note_timing(scope.setdefault("state", {}), arrived)

    def _end(self, key: Hashable, shared: "SharedAnswer") -> None:
        if self._running.get(key) is shared:
            del self._running[key]


class SharedAnswer:
    """One answer for all its `readers`."""

    def __init__(self, app: ASGIApp, scope: Scope) -> None:
        self.ticket = Ticket()
        self._computes = route_of(scope).facts.computes
        self.readers = 0
        self.abandoned = asyncio.Event()
        self._collected = _Collected()
        self._body_sent = False
        self._answering = asyncio.Semaphore(ANSWERED_AT_ONCE)
        self.state = {**scope.get("state", {}), TICKET: self.ticket}
        self._scope: Scope = {**scope, "state": self.state}
        self.task = asyncio.create_task(self._compute(app))

    async def answer(self) -> Answer:
        """Wait for the answer. A reader that stops waiting does not affect the others."""
        await asyncio.shield(self.task)
        async with self._answering:
            await asyncio.sleep(0)
        return self._collected.answer()

    def note_timing(self, state: dict[str, Any], arrived: float) -> None:
        """Store in the state of a request how long it waited, how long the computation took, and its error."""
        if self._computes:
            state["waited"] = max((self.ticket.began or time.monotonic()) - arrived, 0.0)
        for name in ("computed", "refusal"):
            if name in self.state:
                state[name] = self.state[name]

    async def _compute(self, app: ASGIApp) -> None:
        await app(self._scope, self._receive, self._collected.send)

    async def _receive(self) -> Message:
        if self._body_sent:
            await self.abandoned.wait()
            return DISCONNECT
        self._body_sent = True
        return EMPTY_BODY


@dataclass
class _Collected:
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            self.pieces.append(message.get("body", b""))

    def answer(self) -> Answer:
        assert self.status
        body = self.pieces[0] if len(self.pieces) == 1 else b"".join(self.pieces)
        return Answer(self.status, self.headers, body)
