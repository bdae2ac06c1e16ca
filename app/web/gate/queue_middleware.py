"""Lets a request compute when it is its turn: after its body has arrived and before its answer is sent."""

import time
import traceback
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.engine.errors import SpecError
from app.lab import stopping
from app.lab.lab import Lab
from app.messages import counted
from app.web.errors import Busy, answer_busy, answer_refused
from app.web.gate.admission import TICKET, Admission
from app.web.gate.bodies import PacedBody
from app.web.gate.clients import Client
from app.web.gate.fair_queue import Lane, QueueKey, Ticket
from app.web.gate.pricing import price_of_request
from app.web.gate.request_facts import connection_of, is_large, is_larger, network_of
from app.web.watch.route_names import MatchedRoute, route_of

IO_THREADS = 40  # that read files and write bodies; they come on top of the computing threads
SMALL_BODY = 2**12  # bytes that need no place: no more than a connection holds anyway


class QueueMiddleware:
    """ASGI middleware that admits requests that compute and requests with a body."""

    def __init__(self, app: ASGIApp, admission: Admission, lab: Lab) -> None:
        self.app = app
        self.admission = admission
        self.lab = lab

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when it is its turn, or answer with a time to retry."""
        if scope["type"] == "lifespan":
            # Requests wait in the queue, never for a thread.
            threads = IO_THREADS + self.admission.slots
            anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self._admit(scope, receive, send)
        except Busy as error:
            await answer_busy(Request(scope), error)(scope, receive, send)
        except SpecError as error:  # of the price
            await answer_refused(Request(scope), error)(scope, receive, send)
        except (ClientDisconnect, stopping.Abandoned) as error:
            # Nobody is left to answer. The error is kept by what it ended, and would keep the arrays of the view.
            traceback.clear_frames(error.__traceback__)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = route_of(scope)
        if route.facts.body != "none":
            await self._admit_body(route, scope, receive, send)
        elif route.facts.computes:
            await self._admit_computation(route, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _admit_body(
        self, route: MatchedRoute, scope: Scope, receive: Receive, send: Send
    ) -> None:
        network, body = network_of(scope), PacedBody(receive)

        def refusal() -> Busy:
            return self.admission.busy(
                counted(
                    "{count} upload is being received already.",
                    "{count} uploads are being received already.",
                    self.admission.receiving,
                )
            )

        with ExitStack() as held:
            is_frame = route.facts.body == "frame"
            if is_larger(scope, SMALL_BODY):
                places = self.admission.frames if is_frame else self.admission.bodies
                held.enter_context(places.hold(network, body, refusal))
            if is_large(scope):
                held.enter_context(self.admission.large_bodies.hold(network, body, refusal))
            client = held.enter_context(Client(receive))
            turn = Turn(
                self.admission,
                scope,
                (network, connection_of(scope)),
                lane="live" if is_frame else "files",
                nbytes=price_of_request(scope, self.lab).nbytes if is_frame else 0,
            )

            async def receive_then_wait() -> Message:
                if body.ended:
                    return await client.gone()
                message = await body.receive()
                if body.ended:
                    if message["type"] == "http.request" and route.facts.computes:
                        await body.while_kept(partial(turn.begin, client))
                    body.used = True
                return message

            with turn:
                await self.app(scope, receive_then_wait, turn.end_on_answer(send))

    async def _admit_computation(
        self, route: MatchedRoute, scope: Scope, receive: Receive, send: Send
    ) -> None:
        key = (network_of(scope), route.image_id)
        price = price_of_request(scope, self.lab)
        abandoned = stopping.begin()
        with (
            self._download(key[0]) if route.facts.download else nullcontext(),
            Client(receive) as client,
            Turn(
                self.admission,
                scope,
                key,
                lane="dear" if price.is_dear else "cheap",
                nbytes=price.nbytes,
            ) as turn,
        ):
            await turn.begin(client)
            client.watch().add_done_callback(lambda _: abandoned.set())
            await self.app(scope, client.receive, turn.end_on_answer(send))

    def _download(self, network: str) -> AbstractContextManager[None]:
        def refusal() -> Busy:
            return self.admission.busy(
                counted(
                    "{count} download runs already.",
                    "{count} downloads run already.",
                    self.admission.downloads.taken,
                )
            )

        return self.admission.downloads.hold(network, refusal)


class Turn:
    """One turn in the queue. It ends when the answer starts or the request is over."""

    def __init__(
        self,
        admission: Admission,
        scope: Scope,
        key: QueueKey,
        *,
        lane: Lane,
        nbytes: int = 0,
    ) -> None:
        self._admission = admission
        self._state = scope.setdefault("state", {})
        self._key = key
        self._ticket: Ticket = self._state.get(TICKET) or Ticket()
        self._ticket.lane, self._ticket.nbytes = lane, nbytes
        self._began: float | None = None

    def __enter__(self) -> "Turn":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    async def begin(self, client: Client) -> None:
        """Wait for the turn.

        Raises:
            Busy: the queue is full.
            ClientDisconnect: the client disconnected before its turn.
        """
        await client.while_here(self._begin())

    def end(self) -> None:
        """End the turn, if it has begun."""
        if self._began is None:
            return
        self._state["computed"] = time.monotonic() - self._began
        self._began = None
        self._admission.end(self._ticket, self._state["computed"])

    async def _begin(self) -> None:
        # No await between the grant and this assignment, so that `end` always gives the slot back.
        self._state["waited"] = await self._admission.wait(self._ticket, self._key)
        self._began = self._ticket.began = time.monotonic()

    def end_on_answer(self, send: Send) -> Send:
        """Return a `send` that ends the turn when the answer starts, since the client may read slowly."""

        async def send_after(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.end()
            await send(message)

        return send_after
