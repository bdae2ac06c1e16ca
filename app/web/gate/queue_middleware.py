"""Lets a request compute when it is its turn: a body has come in by then, and its answer is sent after."""

import time
from contextlib import AbstractContextManager, nullcontext

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.messages import counted
from app.web.errors import Busy, answer_busy
from app.web.gate.admission import TICKET, Admission
from app.web.gate.clients import Client, PacedBody
from app.web.gate.fair_queue import QueueKey, Ticket
from app.web.gate.request_facts import connection_of, is_large, network_of
from app.web.watch.route_names import MatchedRoute, route_of

OTHER_THREADS = 40  # that read files and write bodies; with those that compute they are all
WITHOUT_BODY = ("GET", "HEAD", "OPTIONS")


class QueueMiddleware:
    """ASGI middleware through which requests that compute, and those that bring a body, are admitted."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self.app = app
        self.admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when it is its turn, or answer when to come back."""
        if scope["type"] == "lifespan":
            # Those who wait do so in the queue, not for a thread.
            threads = OTHER_THREADS + self.admission.slots
            anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self._admit(scope, receive, send)
        except Busy as error:
            await answer_busy(Request(scope), error)(scope, receive, send)
        except ClientDisconnect:
            pass  # nobody is there to be answered

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = route_of(scope)
        if scope["method"] not in WITHOUT_BODY:
            await self._take_in(route, scope, receive, send)
        elif route.facts.computes:
            await self._compute(route, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _take_in(
        self, route: MatchedRoute, scope: Scope, receive: Receive, send: Send
    ) -> None:
        network, body = network_of(scope), PacedBody(receive)

        def too_many() -> Busy:
            return self.admission.busy(
                counted(
                    "{count} upload is on its way already. Trying again in {seconds} s would work.",
                    "{count} uploads are on their way already. Trying again in {seconds} s would work.",
                    self.admission.receiving,
                )
            )

        with (
            self.admission.bodies.one(network, too_many),
            self.admission.large_bodies.one(network, too_many)
            if is_large(scope)
            else nullcontext(),
            Client(receive) as client,
        ):
            turn = Turn(self.admission, scope, (network, connection_of(scope)))

            async def receive_then_wait() -> Message:
                if body.ended:
                    return await client.gone()
                message = await body.receive()
                if body.ended and message["type"] == "http.request" and route.facts.computes:
                    await turn.begin(client)
                return message

            with turn:
                await self.app(scope, receive_then_wait, turn.ending(send))

    async def _compute(
        self, route: MatchedRoute, scope: Scope, receive: Receive, send: Send
    ) -> None:
        key = (network_of(scope), route.image_id)
        with (
            self._download(key[0]) if route.facts.download else nullcontext(),
            Client(receive) as client,
            Turn(self.admission, scope, key) as turn,
        ):
            await turn.begin(client)
            await self.app(scope, client.receive, turn.ending(send))

    def _download(self, network: str) -> AbstractContextManager[None]:
        def too_many() -> Busy:
            return self.admission.busy(
                counted(
                    "{count} download runs already. Trying again in {seconds} s would work.",
                    "{count} downloads run already. Trying again in {seconds} s would work.",
                    self.admission.downloads.taken,
                )
            )

        return self.admission.downloads.one(network, too_many)


class Turn:
    """One turn: begun once, and ended when the answer starts or the request is over."""

    def __init__(self, admission: Admission, scope: Scope, key: QueueKey) -> None:
        self._admission = admission
        self._state = scope.setdefault("state", {})
        self._key = key
        self._began: float | None = None

    def __enter__(self) -> "Turn":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    async def begin(self, client: Client) -> None:
        """Wait for the turn.

        Raises:
            Busy: the queue is full.
            ClientDisconnect: the client left; nothing is computed for it.
        """
        await client.while_here(self._begin())

    def end(self) -> None:
        """Give the turn back, if it was begun."""
        if self._began is None:
            return
        self._state["computed"] = time.monotonic() - self._began
        self._began = None
        self._admission.end(self._state["computed"])

    async def _begin(self) -> None:
        # What was granted is noted in the same step, so that it is given back whatever happens next.
        ticket = self._state.get(TICKET) or Ticket()
        self._state["waited"] = await self._admission.wait(ticket, self._key)
        self._began = ticket.began = time.monotonic()

    def ending(self, send: Send) -> Send:
        """Return `send`, which ends the turn when an answer starts: its reader may be slow."""

        async def send_after(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.end()
            await send(message)

        return send_after
