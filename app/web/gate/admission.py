"""Who is let in: computations in turn, bodies and downloads in bounded number, the rest told when to return.

`app.state.admission` has the numbers: `waiting`, `running`, `slots` and `receiving` as they are; `computations`,
`refused` and `waited_seconds` since the start. Of each request that computes, `scope["state"]` has the seconds
that it `waited` and `computed`.
"""

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.lab.compute.slots import Slots
from app.messages import Message, counted
from app.web.errors import Busy
from app.web.gate.fair_queue import FairQueue, QueueFull, QueueKey, Ticket

TICKET = "ticket"  # in scope["state"]: what the requests that share a computation wait with
RECEIVING = 64  # bodies on their way in, or waiting for their turn
LARGE = 6  # bodies among them that may be larger than pictures are: they lie on the disk meanwhile
DOWNLOADS = 4  # of whole passes at once
RETRY_SECONDS = range(1, 31)
FIRST_GUESS = 0.2  # seconds of a computation, before any was measured
WEIGHT = 0.1  # of the latest computation in the mean


class Admission:
    """The queue for the slots, the places of bodies and downloads, and what is known of both."""

    def __init__(self, slots: Slots, *, queue_length: int) -> None:
        self._slots = slots
        self._queue = FairQueue(slots, length=queue_length)
        self._length = queue_length
        self._mean = FIRST_GUESS
        self.bodies = Places(RECEIVING)
        self.large_bodies = Places(LARGE)
        self.downloads = Places(DOWNLOADS)
        self.computations = 0
        self.refused = 0
        self.waited_seconds = 0.0
        self.when_computed: Callable[[float], None] = lambda seconds: None

    @property
    def waiting(self) -> int:
        """Return how many wait for a turn."""
        return self._queue.waiting

    @property
    def is_full(self) -> bool:
        """Tell whether nobody more may wait."""
        return self.waiting >= self._length

    @property
    def running(self) -> int:
        """Return how many computations run, those done ahead counted."""
        return self._slots.taken

    @property
    def slots(self) -> int:
        """Return how many computations may run."""
        return self._slots.count

    @property
    def receiving(self) -> int:
        """Return how many bodies are on their way in or wait."""
        return self.bodies.taken

    def join(self, ticket: Ticket, key: QueueKey) -> None:
        """Have one more network wait for a ticket (see FairQueue.join)."""
        self._queue.join(ticket, key)

    async def wait(self, ticket: Ticket, key: QueueKey) -> float:
        """Wait for a turn and return the seconds that it took.

        Raises:
            Busy: the queue is full.
        """
        asked = time.monotonic()
        try:
            await self._queue.take(ticket, key)
        except QueueFull:
            raise self.busy(
                counted(
                    "{count} computation waits already. Trying again in {seconds} s would work.",
                    "{count} computations wait already. Trying again in {seconds} s would work.",
                    self.waiting,
                )
            ) from None
        waited = time.monotonic() - asked
        self.waited_seconds += waited
        return waited

    def end(self, computed: float) -> None:
        """End a turn in which something was computed for so many seconds."""
        self.computations += 1
        self._mean += WEIGHT * (computed - self._mean)
        self.when_computed(computed)
        self._queue.give_back()

    def busy(self, said: Message) -> Busy:
        """Count a refusal and return it, with a time to come back that differs from one to the next."""
        self.refused += 1
        seconds = (self.waiting + 1) * self._mean / self.slots * random.uniform(1, 1.5)
        return Busy(said, min(max(math.ceil(seconds), RETRY_SECONDS[0]), RETRY_SECONDS[-1]))


class Places:
    """At most `count` at once, of which one network takes at most half."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """Return how many are taken."""
        return self._taken.total()

    @contextmanager
    def one(self, network: str, refusal: Callable[[], Busy]) -> Iterator[None]:
        """Hold a place for as long as the context lasts.

        Raises:
            Busy: what `refusal` makes, where there is none.
        """
        if self.taken >= self._count or self._taken[network] >= self._count // 2:
            raise refusal()
        self._taken[network] += 1
        try:
            yield
        finally:
            self._taken[network] -= 1
            self._taken += Counter()  # drops the networks that have none
