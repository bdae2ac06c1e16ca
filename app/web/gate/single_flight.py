"""Requests for the same thing at the same time: it is computed once, and dropped when nobody waits any more."""

import asyncio
import time
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Scope, Send

from app.web.gate.admission import TICKET, Admission
from app.web.gate.clients import GONE, LAST
from app.web.gate.fair_queue import QueueKey, Ticket
from app.web.watch.route_names import route_of

LEAVING = (
    16  # readers who are answered before others have their turn: 500 at once would take 120 ms
)


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    async def send(self, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


class Sharing:
    """Answers through `app`, one answer a key at a time."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission
        self._running: dict[Hashable, Shared] = {}

    @contextmanager
    def of(self, key: Hashable, scope: Scope, key_in_queue: QueueKey) -> "Iterator[Shared]":
        """Share the answer to `key` for as long as the context lasts; the first who asks begins it."""
        asked, shared = time.monotonic(), self._running.get(key)
        if shared is None:
            shared = self._running[key] = Shared(self._app, scope)
            shared.task.add_done_callback(lambda _: self._end(key, shared))
        else:
            self._admission.join(shared.ticket, key_in_queue)
        shared.readers += 1
        try:
            yield shared
        finally:
            shared.readers -= 1
            if not shared.readers and shared.ticket.began is None:
                shared.left.set()
                self._end(key, shared)
            shared.tell(scope.setdefault("state", {}), asked)

    def _end(self, key: Hashable, shared: "Shared") -> None:
        if self._running.get(key) is shared:
            del self._running[key]


class Shared:
    """One answer for all its `readers`, which may have to be computed."""

    def __init__(self, app: ASGIApp, scope: Scope) -> None:
        self.ticket = Ticket()
        self._computes = route_of(scope).facts.computes
        self.readers = 0
        self.left = asyncio.Event()
        self._collected = _Collected()
        self._asked = False
        self._leaving = asyncio.Semaphore(LEAVING)
        self.state = {**scope.get("state", {}), TICKET: self.ticket}
        self._scope: Scope = {**scope, "state": self.state}
        self.task = asyncio.create_task(self._compute(app))

    async def answer(self) -> Answer:
        """Wait for the answer; a reader who stops waiting does not stop the others."""
        await asyncio.shield(self.task)
        async with self._leaving:
            await asyncio.sleep(0)
        return self._collected.answer()

    def tell(self, state: dict[str, Any], asked: float) -> None:
        """Note in the state of a request how long it waited for the computation, and how that went."""
        if self._computes:
            state["waited"] = max((self.ticket.began or time.monotonic()) - asked, 0.0)
        for name in ("computed", "refusal"):
            if name in self.state:
                state[name] = self.state[name]

    async def _compute(self, app: ASGIApp) -> None:
        await app(self._scope, self._receive, self._collected.send)

    async def _receive(self) -> Message:
        if self._asked:
            await self.left.wait()
            return GONE
        self._asked = True
        return LAST


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
