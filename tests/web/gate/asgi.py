"""ASGI requests without a server. The test decides when each one sends, reads and disconnects."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

SETTLED = 50  # steps of the event loop, enough for everything that needs no thread


class PendingRequest:
    """One request in progress."""

    def __init__(
        self,
        app: Any,
        address: str,
        *,
        client: str = "192.0.2.1",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = b"",
    ) -> None:
        path, _, query = address.partition("?")
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.reads = asyncio.Event()  # when cleared, the client stops reading
        self.reads.set()
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()],
            "client": (client, 1234),
            "server": ("test", 80),
            "scheme": "http",
            "state": {},
        }
        if body is not None:
            self.send_body(body, last=True)
        self.task = asyncio.create_task(app(self.scope, self.incoming.get, self._send))

    def send_body(self, body: bytes, *, last: bool) -> None:
        self.incoming.put_nowait({"type": "http.request", "body": body, "more_body": not last})

    def leave(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})

    async def answer(self) -> "PendingRequest":
        await asyncio.wait_for(self.task, 20)
        return self

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(bytes(one.get("body", b"")) for one in self.sent[1:])

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.sent.append(message)


def record_end(order: list[PendingRequest], one: PendingRequest, _: object) -> None:
    """Record that a request has ended."""
    order.append(one)


async def settled() -> None:
    for _ in range(SETTLED):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.002)
