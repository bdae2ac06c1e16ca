"""The other end of a request: whether it is still there, how fast it sends and how fast it reads."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

GAP_SECONDS = 10.0  # between two pieces of a body
BODY_SECONDS = 60.0  # for a whole body
STALL_SECONDS = 30.0  # in which a reader takes nothing
PIECE = 2**16  # bytes of an answer that are handed over at once

Result = TypeVar("Result")
LAST: Message = {"type": "http.request", "body": b"", "more_body": False}
GONE: Message = {"type": "http.disconnect"}


class Client:
    """Who sent a request. Use it as a context; it reads what comes once `watch` was called."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self._asked = False

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        if self._watching:
            self._watching.cancel()

    def watch(self) -> "asyncio.Task[None]":
        """Return what ends when the client is gone. From now on a body is read and dropped."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._until_gone())
        return self._watching

    async def while_here(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return the result of `work`; it is cancelled when the client goes.

        Raises:
            ClientDisconnect: the client went first.
        """
        task, gone = asyncio.create_task(work), self.watch()
        try:
            await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise ClientDisconnect
        finally:
            if not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def receive(self) -> Message:
        """Return an empty body, and then wait until the client is gone."""
        if self._asked:
            return await self.gone()
        self._asked = True
        return LAST

    async def gone(self) -> Message:
        """Wait until the client is gone, and return the message that says so."""
        await asyncio.shield(self.watch())
        return GONE

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


class PacedBody:
    """A body on its way in, which has to keep a pace."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ends = asyncio.get_running_loop().time() + BODY_SECONDS
        self.ended = False

    async def receive(self) -> Message:
        """Return the next piece.

        Raises:
            HTTPException: 408, it took too long.
        """
        clock = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(min(clock.time() + GAP_SECONDS, self._ends)):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        self.ended = not message.get("more_body", False)
        return message


class Stalled(ClientDisconnect):
    """The reader of an answer took nothing for too long."""


class SteadyReaders:
    """ASGI middleware that ends an answer when its reader stalls, and holds little of it outside the application.

    It also ends silently what a client abandoned.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_steadily(message: Message) -> None:
            for piece in _pieces(message):
                try:
                    async with asyncio.timeout(STALL_SECONDS):
                        await send(piece)
                except TimeoutError:
                    raise Stalled from None

        with suppress(ClientDisconnect):
            await self.app(scope, receive, send_steadily)


def _pieces(message: Message) -> list[Message]:
    body = message.get("body", b"")
    if len(body) <= PIECE:
        return [message]
    view, more = memoryview(body), message.get("more_body", False)
    return [
        {
            **message,
            "body": view[start : start + PIECE],
            "more_body": more or start + PIECE < len(body),
        }
        for start in range(0, len(body), PIECE)
    ]
