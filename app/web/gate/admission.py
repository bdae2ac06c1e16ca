"""Admission control: computations take turns, and the number of bodies and downloads is limited.

A request that is not admitted is told when to try again. `app.state.admission` holds the current numbers
(`waiting`, `running`, `slots`, `receiving`) and the totals since the start (`computations`, `refused`,
`waited_seconds`). For each request that computes, `scope["state"]` holds the seconds it `waited` and `computed`.
"""

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from app.lab.compute.slots import Slots
from app.messages import Message, counted
from app.web.errors import Busy
from app.web.gate.bodies import BodyPlaces
from app.web.gate.fair_queue import FairQueue, Lane, QueueFull, QueueKey, Ticket

TICKET = "ticket"  # in scope["state"]: the ticket of requests that share one computation
BODIES = 64  # being received, or waiting for a turn; small ones need no place
FRAMES = 128  # of live pictures, as BODIES
LARGE_BODIES = 6  # those that may exceed the size of a picture; they are spooled to disk
DOWNLOADS = 4  # of whole passes, at the same time
RETRY_SECONDS = range(1, 31)
FIRST_GUESS = 0.2  # seconds of a computation, until one is measured
MEAN_WEIGHT = 0.1  # of the latest computation in the moving average


class Admission:
    """The queue for computation slots, the limits for bodies and downloads, and statistics of both."""

    def __init__(self, lanes: Mapping[Lane, Slots], *, queue_length: int) -> None:
        self._lanes = lanes
        self._queues = {
            lane: FairQueue(slots, length=queue_length) for lane, slots in lanes.items()
        }
        self._length = queue_length
        self._mean = FIRST_GUESS
        self.bodies = BodyPlaces(BODIES)
        self.frames = BodyPlaces(FRAMES)
        self.large_bodies = BodyPlaces(LARGE_BODIES)
        self.downloads = ConcurrencyLimit(DOWNLOADS)
        self.computations = 0
        self.refused = 0
        self.waited_seconds = 0.0
        self.on_computed: Callable[[float], None] = lambda seconds: None

    @property
    def waiting(self) -> int:
        """Return how many computations wait for a turn."""
        return sum(queue.waiting for queue in self._queues.values())

    @property
    def is_full(self) -> bool:
        """Tell whether the queue is full in which most pages wait."""
        return self._queues["cheap"].waiting >= self._length

    @property
    def running(self) -> int:
        """Return how many computations run, including those done ahead of requests."""
        return sum(slots.taken for slots in self._lanes.values())

    @property
    def slots(self) -> int:
        """Return how many computations may run at the same time."""
        return sum(slots.count for slots in self._lanes.values())

    @property
    def receiving(self) -> int:
        """Return how many bodies are being received or wait for a turn."""
        return self.bodies.taken + self.frames.taken

    def join(self, ticket: Ticket, key: QueueKey) -> None:
        """Add a ticket to the queue of one more network (see FairQueue.join)."""
        self._queue_of(ticket).join(ticket, key)

    async def wait(self, ticket: Ticket, key: QueueKey) -> float:
        """Wait for a turn and return the seconds waited.

        Raises:
            Busy: the queue is full.
        """
        started = time.monotonic()
        try:
            await self._queue_of(ticket).take(ticket, key)
        except QueueFull:
            raise self.busy(
                counted(
                    "{count} computation waits already.",
                    "{count} computations wait already.",
                    self._queue_of(ticket).waiting,
                )
            ) from None
        waited = time.monotonic() - started
        self.waited_seconds += waited
        return waited

    def end(self, ticket: Ticket, computed: float) -> None:
        """End a turn that computed for `computed` seconds."""
        self.computations += 1
        self._mean += MEAN_WEIGHT * (computed - self._mean)
        self.on_computed(computed)
        self._queue_of(ticket).give_back(ticket.nbytes)

    def _queue_of(self, ticket: Ticket) -> FairQueue:
        return self._queues[ticket.lane]

    def busy(self, message: Message) -> Busy:
        """Count a refusal and return it with a randomised retry time, so that clients do not return together."""
        self.refused += 1
        seconds = (self.waiting + 1) * self._mean / self.slots * random.uniform(1, 1.5)
        return Busy(message, min(max(math.ceil(seconds), RETRY_SECONDS[0]), RETRY_SECONDS[-1]))


class ConcurrencyLimit:
    """Admits at most `count` at the same time, and at most half of them from one network."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """Return how many places are taken."""
        return self._taken.total()

    @contextmanager
    def hold(self, network: str, refusal: Callable[[], Busy]) -> Iterator[None]:
        """Hold a place while the context is open.

        Raises:
            Busy: made by `refusal`, if no place is free.
        """
        if self.taken >= self._count or self._taken[network] >= self._count // 2:
            raise refusal()
        self._taken[network] += 1
        try:
            yield
        finally:
            self._taken[network] -= 1
            self._taken += Counter()  # removes networks that hold none
