"""The queue is fair, bounded and loses no turn, for any order of arrivals and departures."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lab.compute.slots import Slots
from app.web.gate.fair_queue import FairQueue, QueueFull, QueueKey, Ticket

PLACES = st.tuples(st.sampled_from("ABC"), st.sampled_from("pqr"))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), PLACES),
        st.tuples(st.just("arrive"), PLACES),
        st.tuples(st.sampled_from(["finish", "leave", "finish and leave"]), st.integers(0, 99)),
    ),
    max_size=40,
)


@dataclass
class Play:
    """A queue, the tasks that entered it, and a log of their events."""

    count: int
    length: int
    queue: FairQueue = field(init=False)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    places: list[QueueKey] = field(default_factory=list)
    running: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    log: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slots = Slots(self.count)
        self.queue = FairQueue(self.slots, length=self.length)

    async def arrive(self, place: QueueKey) -> None:
        self.tasks.append(asyncio.create_task(self.queue.take(Ticket(), place)))
        self.places.append(place)
        self.waiting.append(len(self.tasks) - 1)
        self.log.append(("arrive", self.waiting[-1]))
        await self.settle()

    async def finish(self, pick: int) -> None:
        if self.running:
            self.running.pop(pick % len(self.running))
            self.queue.give_back()

    async def leave(self, pick: int) -> None:
        if self.waiting:
            one = self.waiting.pop(pick % len(self.waiting))
            self.log.append(("leave", one))
            self.tasks[one].cancel()

    async def settle(self) -> None:
        for _ in range(8):
            await asyncio.sleep(0)
        for one in [one for one in self.waiting if self.tasks[one].done()]:
            self.waiting.remove(one)
            failed = self.tasks[one].exception()
            self.log.append(("refuse" if failed else "turn", one))
            (self.refused if failed else self.running).append(one)

    async def step(self, name: str, given: Any) -> None:
        if name == "arrive":
            await self.arrive(given)
        if "finish" in name:
            await self.finish(given)
        if "leave" in name:
            await self.leave(given)
        await self.settle()


@given(st.integers(1, 3), st.integers(1, 6), STEPS)
@settings(deadline=None)
def test_every_ticket_gets_one_turn_at_most_within_the_slots_and_the_length_of_the_queue(
    count, length, steps
):
    async def play() -> None:
        one = Play(count, length)
        for step in steps:
            await one.step(*step)
            assert len(one.running) <= count
            assert len(one.running) == one.slots.taken
            assert len(one.waiting) == one.queue.waiting <= length
            assert not one.waiting or len(one.running) == count
        while one.running:
            await one.step("finish", 0)
        assert not one.waiting
        assert not one.slots.taken
        assert (
            max(Counter(name for event, name in one.log if event == "turn").values(), default=0)
            <= 1
        )
        ends = [event for event, _ in one.log if event != "arrive"]
        assert len(ends) == len(one.tasks)

    asyncio.run(play())


@given(st.integers(1, 2), STEPS)
@settings(deadline=None)
def test_no_network_gets_two_turns_while_another_waits_and_neither_does_a_person_in_a_network(
    count, steps
):
    async def play() -> None:
        one = Play(count, 100)
        for step in steps:
            await one.step(*step)
        while one.running:
            await one.step("finish", 0)
        check_rounds(one.log, [place[0] for place in one.places])
        for network in "ABC":
            own = [entry for entry in one.log if one.places[entry[1]][0] == network]
            check_rounds(own, [place[1] for place in one.places])

    asyncio.run(play())


def check_rounds(log: list[tuple[str, int]], groups: list[str]) -> None:
    waiting: Counter[str] = Counter()
    since: dict[str, Counter[str]] = {}
    for event, name in log:
        group = groups[name]
        if event == "arrive":
            waiting[group] += 1
            since.setdefault(group, Counter())
            continue
        waiting[group] -= 1
        if event == "turn":
            since[group] = Counter()
            for other, turns in since.items():
                if other != group and waiting[other]:
                    turns[group] += 1
                    assert turns[group] <= 1
        if not waiting[group]:
            del since[group]


@given(st.integers(1, 5), STEPS)
@settings(deadline=None)
def test_a_newcomer_to_a_full_queue_is_refused_only_if_nobody_holds_more_places_than_it_would(
    length, steps
):
    async def play() -> None:
        one = Play(1, length)
        for step in steps:
            before, refused = list(one.waiting), len(one.refused)
            await one.step(*step)
            if step[0] != "arrive" or len(one.refused) == refused:
                continue
            newcomer, (network, person) = len(one.tasks) - 1, step[1]
            networks = Counter(one.places[other][0] for other in before)
            people = Counter(one.places[other] for other in before)
            mine = {p: n for p, n in people.items() if p[0] == network}
            loses = (
                max(networks.values()) <= networks[network] + 1
                and max(mine.values(), default=0) <= people[network, person] + 1
            )
            assert len(before) == length
            assert (one.refused[-1] == newcomer) == loses
            if not loses:
                assert networks[one.places[one.refused[-1]][0]] > networks[network] + 1 or (
                    people[one.places[one.refused[-1]]] > people[network, person] + 1
                )

    asyncio.run(play())


def test_a_slot_given_back_by_another_thread_goes_to_the_next_ticket():
    async def play() -> None:
        slots = Slots(1)
        queue = FairQueue(slots, length=1)
        assert slots.take_if_free()
        waits = asyncio.create_task(queue.take(Ticket(), ("A", "p")))
        await asyncio.sleep(0)
        await asyncio.to_thread(slots.give_back)
        await asyncio.wait_for(waits, 5)
        assert slots.taken == 1

    asyncio.run(play())


def test_a_ticket_of_two_networks_gets_the_earlier_of_their_turns_and_no_second_one():
    async def play() -> None:
        one = Play(1, 10)
        for place in [("A", "p"), ("A", "p"), ("A", "p")]:
            await one.arrive(place)
        ticket = Ticket()
        shared = asyncio.create_task(one.queue.take(ticket, ("A", "p")))
        await asyncio.sleep(0)
        one.queue.join(ticket, ("B", "q"))
        assert one.queue.waiting == 4
        await one.step("finish", 0)
        assert not shared.done()
        await one.step("finish", 0)
        assert shared.done()
        assert one.queue.waiting == 1
        one.queue.give_back()
        await one.settle()
        assert one.running == [2]

    asyncio.run(play())


def test_the_newest_ticket_of_the_largest_network_is_displaced_until_no_network_holds_more():
    async def play() -> None:
        one = Play(1, 2)
        for place in [("A", "p"), ("A", "p"), ("A", "p"), ("B", "q")]:
            await one.arrive(place)
        assert one.refused == [2]
        assert one.queue.waiting == 2
        with pytest.raises(QueueFull):
            await one.queue.take(Ticket(), ("A", "p"))

    asyncio.run(play())


def test_a_ticket_that_is_cancelled_as_it_gets_its_turn_passes_the_turn_on():
    async def play() -> None:
        one = Play(1, 2)
        for place in [("A", "p"), ("A", "p"), ("B", "q")]:
            await one.arrive(place)
        one.queue.give_back()
        await asyncio.sleep(0)  # the turn is granted, but its task has not run yet
        assert one.queue.waiting == 1
        one.tasks[1].cancel()
        one.waiting.remove(1)
        one.running.clear()
        await one.settle()
        assert one.running == [2]
        assert one.slots.taken == 1

    asyncio.run(play())
