"""Whose turn it is to compute: a bounded queue, fair between networks and between the people of each.

Pure asyncio, one event loop; only the slots are shared with other threads.
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TypeAlias

from app.lab.compute.slots import Slots

Place: TypeAlias = tuple[str, str]  # a network and a person in it
People: TypeAlias = OrderedDict[str, deque["Claim"]]


class QueueFull(Exception):
    """The queue has no place for this claim, or needs the one it had for another."""


@dataclass(eq=False)
class Claim:
    """Something to be computed, which may wait in the queues of several networks that want the same."""

    places: list[Place] = field(default_factory=list)
    turn: asyncio.Future[None] | None = None
    began: float | None = None  # when its computation did, by time.monotonic


class Turns:
    """Hands out slots in turn: networks one after the other, and within a network its people.

    At most `length` places are taken by those who wait. A newcomer beyond them displaces the newest of
    whoever waits for more than the newcomer would, and is refused where nobody does.
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

    async def take(self, claim: Claim, place: Place) -> None:
        """Wait until it is the claim's turn; whoever is cancelled while waiting leaves the queue.

        Raises:
            QueueFull: there is no place for it, or not any more.
        """
        self._loop = asyncio.get_running_loop()
        if self._slots.take_if_free():
            return
        claim.turn = self._loop.create_future()
        self.join(claim, place)
        self._grant()  # a slot may have come free since it was asked for
        try:
            await claim.turn
        except asyncio.CancelledError:
            if claim.turn.done() and not claim.turn.cancelled() and not claim.turn.exception():
                self.give_back()
            raise
        finally:
            self._leave(claim)

    def join(self, claim: Claim, place: Place) -> None:
        """Have a claim that waits wait in the queue of one more network, where there is a place.

        Raises:
            QueueFull: the claim waits nowhere, and there is no place for it.
        """
        network, person = place
        if claim.turn is None or claim.turn.done() or network in dict(claim.places):
            return
        if self.waiting >= self._length and not self._make_room(network, person):
            if not claim.places:
                raise QueueFull
            return
        self._networks.setdefault(network, OrderedDict()).setdefault(person, deque()).append(claim)
        claim.places.append(place)
        self._slots.waiting += 1

    def give_back(self) -> None:
        """End a turn, and begin that of the next."""
        self._slots.give_back()

    def _slot_came_free(self) -> None:
        # Called by any thread.
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._grant)

    def _grant(self) -> None:
        self._drop_the_leaving()
        while self.waiting and self._slots.take_if_free(waited=True):
            self._next().set_result(None)

    def _drop_the_leaving(self) -> None:
        # Whose task was cancelled in this very step is still in the queue, and must not cost its network a turn.
        queues = (claims for people in self._networks.values() for claims in people.values())
        for claim in [one for claims in queues for one in claims if one.turn and one.turn.done()]:
            self._leave(claim)

    def _next(self) -> asyncio.Future[None]:
        network, people = next(iter(self._networks.items()))
        person, claims = next(iter(people.items()))
        claim = claims[0]
        self._networks.move_to_end(network)
        people.move_to_end(person)
        self._leave(claim)
        assert claim.turn
        return claim.turn

    def _make_room(self, network: str, person: str) -> bool:
        # The newcomer's network would have one place more, and within it the newcomer.
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
        claim = people[person][-1]
        self._leave_place(claim, (network, person))
        if not claim.places and claim.turn and not claim.turn.done():
            claim.turn.set_exception(QueueFull())

    def _places_of(self, network: str) -> int:
        return sum(len(claims) for claims in self._networks.get(network, {}).values())

    def _leave(self, claim: Claim) -> None:
        for place in list(claim.places):
            self._leave_place(claim, place)

    def _leave_place(self, claim: Claim, place: Place) -> None:
        network, person = place
        people = self._networks[network]
        people[person].remove(claim)
        if not people[person]:
            del people[person]
        if not people:
            del self._networks[network]
        claim.places.remove(place)
        self._slots.waiting -= 1
