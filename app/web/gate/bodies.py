"""The bodies of requests while they arrive: each must keep a pace, and only so many arrive at the same time.

When all places are taken, a newcomer gets the place of another body: the slowest of the network that has most, or
one that has stalled. So a few clients that send next to nothing keep nobody out.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from app.web.errors import Busy

WINDOW_SECONDS = 10.0
LEAST_BYTES = 40 * 2**10  # in each window, until the body is complete
BODY_SECONDS = 60.0  # for a whole body
SETTLING_SECONDS = 1.0  # before a body can have stalled
STALLED_PACE = LEAST_BYTES / WINDOW_SECONDS  # bytes in a second

Result = TypeVar("Result")


class PacedBody:
    """A request body that must arrive at a pace, and that may have to give way."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._ends = self._began + BODY_SECONDS
        self._window_ends = self._began + WINDOW_SECONDS
        self._in_window = 0
        self._received = 0
        self._waiting: asyncio.Timeout | None = None
        self._refusal: Busy | None = None
        self.ended = False
        self.used = False  # it is worked with, so it cannot give way

    @property
    def pace(self) -> float:
        """Return the mean bytes in a second."""
        return self._received / max(self._clock() - self._began, SETTLING_SECONDS)

    @property
    def has_stalled(self) -> bool:
        """Tell whether next to nothing arrives."""
        settled = self._clock() - self._began >= SETTLING_SECONDS
        return settled and not self.ended and self.pace < STALLED_PACE

    def give_way(self, refusal: Busy) -> None:
        """End what waits for the body, now or later, with a refusal."""
        self._refusal = refusal
        if self._waiting:
            with suppress(RuntimeError):  # it ends at this moment by itself
                self._waiting.reschedule(self._clock())

    async def receive(self) -> Message:
        """Return the next chunk.

        Raises:
            HTTPException: 408, the body is too slow.
            Busy: it had to give way.
        """
        while True:
            try:
                message = await self._until(self._receive, min(self._window_ends, self._ends))
                break
            except TimeoutError:
                self._check_pace()
        self._received += len(message.get("body", b""))
        self._in_window += len(message.get("body", b""))
        self.ended = not message.get("more_body", False)
        if not self.ended:
            self._check_pace()
        return message

    async def while_kept(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Return the result of `work`, which ends early if the body has to give way.

        Raises:
            Busy: it had to give way.
        """
        return await self._until(work, None)

    async def _until(self, work: Callable[[], Awaitable[Result]], when: float | None) -> Result:
        if self._refusal:
            raise self._refusal
        try:
            async with asyncio.timeout_at(when) as self._waiting:
                return await work()
        except TimeoutError:
            if self._refusal:
                raise self._refusal from None
            raise
        finally:
            self._waiting = None

    def _check_pace(self) -> None:
        now = self._clock()
        if now < min(self._window_ends, self._ends):
            return
        if self._in_window < LEAST_BYTES or now >= self._ends:
            raise HTTPException(408, headers={"Connection": "close"})
        self._window_ends, self._in_window = now + WINDOW_SECONDS, 0


class BodyPlaces:
    """Places for `count` bodies, at most half of them from one network."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._bodies: dict[PacedBody, str] = {}

    @property
    def taken(self) -> int:
        """Return how many places are taken."""
        return len(self._bodies)

    @contextmanager
    def hold(self, network: str, body: PacedBody, refusal: Callable[[], Busy]) -> Iterator[None]:
        """Hold a place while the context is open, if need be that of another body.

        Raises:
            Busy: made by `refusal`, if no place is free and none gives way.
        """
        of_network = Counter(self._bodies.values())
        if self.taken >= self._count or of_network[network] >= self._count // 2:
            leaving = min(self._giving_way(network, of_network), key=_steadiness, default=None)
            if leaving is None:
                raise refusal()
            del self._bodies[leaving]
            leaving.give_way(refusal())
        self._bodies[body] = network
        try:
            yield
        finally:
            self._bodies.pop(body, None)

    def _giving_way(self, network: str, of_network: Counter[str]) -> list[PacedBody]:
        bodies = {body: its for body, its in self._bodies.items() if not body.used}
        if of_network[network] >= self._count // 2:
            return [body for body, its in bodies.items() if its == network and body.has_stalled]
        largest = max(of_network, key=lambda name: of_network[name])
        if of_network[largest] > of_network[network] + 1:
            return [body for body, its in bodies.items() if its == largest]
        return [body for body in bodies if body.has_stalled]


def _steadiness(body: PacedBody) -> tuple[bool, float]:
    return (body.ended, body.pace)
