"""The queue for computations: bounded, and fair between networks and between the people of one network.

Pure asyncio on one event loop; only the slots are shared with other threads.
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from app.lab.compute.slots import Slots

QueueKey: TypeAlias = tuple[str, str]  # a network and a person in it
Lane: TypeAlias = Literal["cheap", "dear", "files", "live"]  # each has slots of its own
People: TypeAlias = OrderedDict[str, deque["Ticket"]]


class QueueFull(Exception):
    """The queue has no place for this ticket, or gave its place to another one."""


@dataclass(eq=False)
class Ticket:
    """One computation. It may wait in the queues of several networks that request the same thing.

    `keys` lists the queues in which it waits, among those of its `lane`. It reserves `nbytes`.
    """

    keys: list[QueueKey] = field(default_factory=list)
    turn: asyncio.Future[None] | None = None
    nbytes: int = 0
    lane: Lane = "cheap"
    began: float | None = None  # when the computation began, by time.monotonic


class FairQueue:
    """Hands out slots round-robin: between networks, and within a network between its people.

    At most `length` places are taken. When the queue is full, a newcomer displaces the newest ticket of a network
    (or a person) that holds more places than the newcomer would; if there is none, the newcomer is refused.
    """

    def __init__(self, slots: Slots, *, length: int) -> None:
        self._slots = slots
        self._length = length
        self._networks: OrderedDict[str, People] = OrderedDict()
        self._loop: asyncio.AbstractEventLoop | None = None
        slots.when_free(self._slot_came_free)

    @property
    def waiting(self) -> int:
        """Return how many places are taken."""
        return self._slots.waiting

    async def take(self, ticket: Ticket, key: QueueKey) -> None:
        """Wait until it is the ticket's turn. A task that is cancelled while it waits leaves the queue.

        Raises:
            QueueFull: there is no place for the ticket, or it was displaced.
        """
        self._loop = asyncio.get_running_loop()
        if self._slots.take_if_free(ticket.nbytes):
            return
        ticket.turn = self._loop.create_future()
        self.join(ticket, key)
        self._grant()  # a slot may have become free since the check above
        try:
            await ticket.turn
        except asyncio.CancelledError:
            if ticket.turn.done() and not ticket.turn.cancelled() and not ticket.turn.exception():
                self.give_back(ticket.nbytes)
            raise
        finally:
            self._leave(ticket)

    def join(self, ticket: Ticket, key: QueueKey) -> None:
        """Add a waiting ticket to the queue of one more network, if there is a place.

        Raises:
            QueueFull: there is no place, and the ticket waits in no other queue.
        """
        network, person = key
        if ticket.turn is None or ticket.turn.done() or network in dict(ticket.keys):
            return
        if self.waiting >= self._length and not self._make_room(network, person):
            if not ticket.keys:
                raise QueueFull
            return
        self._networks.setdefault(network, OrderedDict()).setdefault(person, deque()).append(ticket)
        ticket.keys.append(key)
        self._slots.waiting += 1

    def give_back(self, nbytes: int = 0) -> None:
        """End a turn that reserved `nbytes`, so that the next one can begin."""
        self._slots.give_back(nbytes)

    def _slot_came_free(self) -> None:
        # Any thread may call this.
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._grant)

    def _grant(self) -> None:
        self._drop_the_leaving()
        while self.waiting and self._slots.take_if_free(self._first().nbytes, waited=True):
            self._next().set_result(None)

    def _drop_the_leaving(self) -> None:
        # A ticket whose task was cancelled in this step of the loop is still queued, but must not use up a turn.
        queues = (tickets for people in self._networks.values() for tickets in people.values())
        for ticket in [
            one for tickets in queues for one in tickets if one.turn and one.turn.done()
        ]:
            self._leave(ticket)

    def _first(self) -> Ticket:
        people = next(iter(self._networks.values()))
        return next(iter(people.values()))[0]

    def _next(self) -> asyncio.Future[None]:
        network, people = next(iter(self._networks.items()))
        person, tickets = next(iter(people.items()))
        ticket = tickets[0]
        self._networks.move_to_end(network)
        people.move_to_end(person)
        self._leave(ticket)
        assert ticket.turn
        return ticket.turn

    def _make_room(self, network: str, person: str) -> bool:
        # With the newcomer, its network would have one place more, and so would the person.
        largest = max(self._networks, key=self._places_of)
        if self._places_of(largest) <= self._places_of(network) + 1:
            people = self._networks.get(network, OrderedDict())
            most = max(people, key=lambda name: len(people[name]), default=person)
            if most == person or len(people[most]) <= len(people.get(person, ())) + 1:
                return False
            largest = network
        self._displace(largest)
        return True

    def _displace(self, network: str) -> None:
        people = self._networks[network]
        person = max(reversed(people), key=lambda name: len(people[name]))
        ticket = people[person][-1]
        self._leave_one(ticket, (network, person))
        if not ticket.keys and ticket.turn and not ticket.turn.done():
            ticket.turn.set_exception(QueueFull())

    def _places_of(self, network: str) -> int:
        return sum(len(tickets) for tickets in self._networks.get(network, {}).values())

    def _leave(self, ticket: Ticket) -> None:
        for key in list(ticket.keys):
            self._leave_one(ticket, key)

    def _leave_one(self, ticket: Ticket, key: QueueKey) -> None:
        network, person = key
        people = self._networks[network]
        people[person].remove(ticket)
        if not people[person]:
            del people[person]
        if not people:
            del self._networks[network]
        ticket.keys.remove(key)
        self._slots.waiting -= 1
