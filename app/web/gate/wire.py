"""The connections themselves: how long the head of a request may be, and how many are served between two looks.

The event loop serves every connection that is ready before it looks again. With hundreds of bodies on their way
in, or of requests that begin, whoever asks for little would wait for all of them.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES = 2**16
LARGE = 2**16  # bytes of one read, which only a body has
FEW = 4  # bodies that are read as they come
READ = 8  # bodies of a crowd that are read on between two looks,
PAUSE_SECONDS = 0.005  # and after this time
BEGUN = 4  # requests between two looks; one that is refused takes 1 or 2 ms
HEALTH = "/healthz"  # begins at once
TOO_LONG = (
    f"The address and the headers are longer than {HEAD_BYTES} bytes; shorter ones would work."
)


class RestingFlow(FlowControl):
    """Reads a connection when the application wants it to and no rest holds it back."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__(transport)
        self.resting = False

    def rest(self) -> None:
        """Read nothing until `end_rest`."""
        self.resting = True
        self._transport.pause_reading()

    def end_rest(self) -> None:
        """Read again, unless the application has enough."""
        self.resting = False
        if not self.read_paused:
            self._transport.resume_reading()

    def resume_reading(self) -> None:
        """Read again, or when the rest is over."""
        if self.resting:
            self.read_paused = False
        else:
            super().resume_reading()


class Crowd:
    """What the connections of a server have to know of one another."""

    def __init__(self) -> None:
        self.senders: set[Wire] = set()  # of bodies in large pieces
        self._beginning: deque[Callable[[], None]] = deque()
        self._resting: deque[RestingFlow] = deque()

    def begin(self, start: Callable[[], None]) -> None:
        """Begin a request when those before it have begun."""
        if not self._beginning:
            asyncio.get_running_loop().call_soon(self._begin_some)
        self._beginning.append(start)

    def rest(self, flow: RestingFlow) -> None:
        """Read no more of a body until those before it were read."""
        flow.rest()
        if not self._resting:
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._read_some)
        self._resting.append(flow)

    def _read_some(self) -> None:
        for _ in range(min(READ, len(self._resting))):
            self._resting.popleft().end_rest()
        if self._resting:
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._read_some)

    def _begin_some(self) -> None:
        if len(self._beginning) > BEGUN:
            asyncio.get_running_loop().call_soon(self._begin_some)
        for _ in range(min(BEGUN, len(self._beginning))):
            self._beginning.popleft()()


class Wire(HttpToolsProtocol):
    """One connection. The parser by itself would hold any head, however long."""

    flow: RestingFlow

    def __init__(self, *given: Any, crowd: Crowd, **named: Any) -> None:
        super().__init__(*given, **named)
        self._crowd = crowd
        self._in_head = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection."""
        super().connection_made(transport)
        self.flow = RestingFlow(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._crowd.senders.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what was read."""
        goes_on = self._in_head
        super().data_received(data)
        if self._in_head and goes_on:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self.send_400_response(TOO_LONG)
        elif len(data) >= LARGE and not self._in_head:
            self._rest()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """End a head."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a body."""
        self._crowd.senders.discard(self)
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        start = partial(super()._start_asgi_task, cycle, app)
        if cycle.scope["path"].endswith(HEALTH):
            start()
        else:
            self._crowd.begin(start)

    def _rest(self) -> None:
        cycle: RequestResponseCycle | None = self.cycle  # none yet after empty lines
        if cycle is None or not cycle.more_body or self.transport.is_closing():
            return
        self._crowd.senders.add(self)
        if len(self._crowd.senders) > FEW:
            self._crowd.rest(self.flow)
