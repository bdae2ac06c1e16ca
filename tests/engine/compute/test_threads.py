"""Work shared by threads."""

import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from app.engine.compute import threads as shared
from app.engine.compute.threads import share


@pytest.mark.parametrize("threads", [1, 3])
def test_every_task_is_done_once(threads):
    done: list[int] = []

    share(range(50), done.extend, threads=threads)

    assert sorted(done) == list(range(50))


@pytest.mark.parametrize("threads", [1, 2])
def test_the_settings_of_numpy_are_afterwards_what_they_were_even_after_a_failure(threads):
    before = np.getbufsize()

    def fail(tasks):
        raise KeyError(next(tasks))

    with pytest.raises(KeyError, match="7"):
        share([7, 7, 7], fail, threads=threads)

    assert np.getbufsize() == before


def test_nothing_waits_for_threads_that_are_busy_elsewhere(monkeypatch):
    free, done = Event(), list[int]()
    with ThreadPoolExecutor(1) as busy:
        busy.submit(free.wait, 10)
        monkeypatch.setattr(shared, "_HELPERS", busy)
        try:
            share(range(50), done.extend, threads=3)

            assert done == list(range(50))
            assert not free.is_set()
        finally:
            free.set()


@pytest.mark.parametrize("busy", [False, True])
def test_no_thread_holds_the_work_when_it_is_done(monkeypatch, busy):
    class Work:
        def __call__(self, tasks):
            list(tasks)

    work, free = Work(), Event()
    gone = weakref.ref(work)
    with ThreadPoolExecutor(1) as pool:
        if busy:
            pool.submit(free.wait, 10)
        monkeypatch.setattr(shared, "_HELPERS", pool)
        try:
            share(range(50), work, threads=3)
            del work

            assert gone() is None
        finally:
            free.set()


def test_a_failure_of_another_thread_is_raised():
    both = Event()

    def fail_second(tasks):
        if next(tasks) == 0:
            assert both.wait(10)
            return
        both.set()
        raise KeyError("other")

    with pytest.raises(KeyError, match="other"):
        share(range(2), fail_second, threads=2)
