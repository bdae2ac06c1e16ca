"""Watches the client of a request: whether it is still connected, and whether it reads."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STALL_SECONDS = 30.0  # for which a reader may take nothing
CHUNK_BYTES = 2**16  # bytes of an answer that are sent at a time

Result = TypeVar("Result")
EMPTY_BODY: Message = {"type": "http.request", "body": b"", "more_body": False}
DISCONNECT: Message = {"type": "http.disconnect"}


class Client:
    """The client of one request, as a context manager. After `watch` is called, it consumes all messages."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watching: asyncio.Task[None] | None = None
        self._body_sent = False

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        if self._watching:
            self._watching.cancel()

    def watch(self) -> "asyncio.Task[None]":
        """Return a task that ends when the client disconnects. From now on a body is read and dropped."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._until_gone())
        return self._watching

    async def while_here(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return the result of `work`, which is cancelled if the client disconnects.

        Raises:
            ClientDisconnect: the client disconnected first.
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
        """Return an empty body; on later calls, wait until the client disconnects."""
        if self._body_sent:
            return await self.gone()
        self._body_sent = True
        return EMPTY_BODY

    async def gone(self) -> Message:
        """Wait until the client disconnects, and return the disconnect message."""
        await asyncio.shield(self.watch())
        return DISCONNECT

    async def _until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


class ReaderStalled(ClientDisconnect):
    """The client took no bytes of the answer for too long."""


class StallTimeout:
    """ASGI middleware that cuts off an answer when its reader stalls. It sends in chunks, so little is buffered.

    It also ends requests silently when their client disconnects.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_in_time(message: Message) -> None:
            for chunk in _chunks(message):
                try:
                    async with asyncio.timeout(STALL_SECONDS):
                        await send(chunk)
                except TimeoutError:
                    raise ReaderStalled from None

        with suppress(ClientDisconnect):
            await self.app(scope, receive, send_in_time)


def _chunks(message: Message) -> list[Message]:
    body = message.get("body", b"")
    if len(body) <= CHUNK_BYTES:
        return [message]
    view, more = memoryview(body), message.get("more_body", False)
    return [
        {
            **message,
            "body": view[start : start + CHUNK_BYTES],
            "more_body": more or start + CHUNK_BYTES < len(body),
        }
        for start in range(0, len(body), CHUNK_BYTES)
    ]
