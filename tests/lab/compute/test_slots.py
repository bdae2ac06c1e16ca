from concurrent.futures import ThreadPoolExecutor

from app.lab.compute.slots import Slots


def test_no_more_are_taken_than_there_are_by_however_many_threads():
    slots, most = Slots(3), []

    def work(_: int) -> None:
        if slots.take_if_free():
            most.append(slots.taken)
            slots.give_back()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(2000)))

    assert slots.taken == 0
    assert 1 <= max(most) <= 3


def test_who_waits_comes_before_who_does_not():
    slots = Slots(1)
    slots.waiting = 1

    assert not slots.take_if_free()
    assert slots.take_if_free(waited=True)
    assert not slots.take_if_free(waited=True)


def test_those_who_wait_are_told_of_a_free_slot_and_nobody_else_is():
    slots, told = Slots(1), []
    slots.when_free(lambda: told.append(slots.taken))
    for waiting in (0, 1):
        assert slots.take_if_free()
        slots.waiting = waiting
        slots.give_back()

    assert told == [0]
