"""Pixels in flight: within the budget, in the order of arrival, and a giant goes alone."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import pytest

from app.lab.keep.decode_budget import MegapixelBudget

PATIENCE = 10  # seconds until a test gives up on a thread


class Worker:
    """A thread that reserves, says so, and lets go when told."""

    def __init__(self, budget: MegapixelBudget, pixels: int, order: list[int]) -> None:
        self.entered, self._leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(
            target=self._work, args=(budget, pixels, order), daemon=True
        )
        self._thread.start()

    def leave(self) -> None:
        self._leave.set()
        self._thread.join(PATIENCE)

    def _work(self, budget: MegapixelBudget, pixels: int, order: list[int]) -> None:
        with budget.reserve(pixels):
            order.append(pixels)
            self.entered.set()
            self._leave.wait(PATIENCE)


def until(true: Callable[[], bool]) -> None:
    """Wait for what another thread is about to do."""
    tick = threading.Event()
    for _ in range(1000):
        if true():
            return
        tick.wait(0.01)
    raise AssertionError("it did not happen")


def waiting(budget: MegapixelBudget) -> int:
    return len(budget._waiting)


def _waits(budget: MegapixelBudget, count: int) -> bool:
    return waiting(budget) == count


def test_what_fits_goes_in_at_once():
    budget = MegapixelBudget(10)

    with budget.reserve(4), budget.reserve(6):
        assert budget.taken == 10

    assert budget.taken == 0


def test_what_does_not_fit_waits_until_there_is_room():
    budget = MegapixelBudget(10)
    order: list[int] = []
    with ExitStack() as held:
        held.enter_context(budget.reserve(6))
        late = Worker(budget, 5, order)
        until(lambda: waiting(budget) == 1)
        assert not late.entered.is_set()

    assert late.entered.wait(PATIENCE)
    late.leave()
    assert budget.taken == 0


def test_a_picture_larger_than_the_budget_goes_alone():
    budget = MegapixelBudget(10)
    order: list[int] = []
    with budget.reserve(1):
        giant = Worker(budget, 1000, order)
        until(lambda: waiting(budget) == 1)
        assert not giant.entered.is_set()

    assert giant.entered.wait(PATIENCE)
    small = Worker(budget, 1, order)
    until(lambda: waiting(budget) == 1)
    assert not small.entered.is_set()
    giant.leave()
    assert small.entered.wait(PATIENCE)
    small.leave()
    assert order == [1000, 1]


def test_small_pictures_do_not_overtake_a_large_one():
    budget, workers = MegapixelBudget(10), []
    order: list[int] = []
    with budget.reserve(5):
        for place, pixels in enumerate((9, 2, 3), start=1):
            workers.append(Worker(budget, pixels, order))
            until(partial(_waits, budget, place))
        assert order == []

    assert workers[0].entered.wait(PATIENCE)
    assert order == [9]
    for worker in workers:
        worker.leave()
    assert order[0] == 9
    assert sorted(order[1:]) == [2, 3]


def test_an_error_within_gives_the_room_back():
    budget = MegapixelBudget(10)

    with pytest.raises(ValueError, match="within"), budget.reserve(10):
        raise ValueError("within")

    assert budget.taken == 0


def test_many_threads_never_hold_more_than_the_budget():
    budget, most, lock, seen = MegapixelBudget(10), 10, threading.Lock(), []
    held = [0]

    def work(pixels: int) -> None:
        for _ in range(30):
            with budget.reserve(pixels):
                with lock:
                    held[0] += pixels
                    seen.append(held[0])
                with lock:
                    held[0] -= pixels

    threads = [threading.Thread(target=work, args=(pixels,)) for pixels in (1, 2, 3, 5, 7, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)

    assert len(seen) == 6 * 30
    assert max(seen) <= most
    assert budget.taken == 0
