"""Work shared by threads."""

import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer

import numpy as np
import pytest

from app.engine.compute import threads as shared
from app.engine.compute.threads import batches, share


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((5, 20, 30), [5]),
        ((9, 256, 256), [4, 4, 1]),
        ((3, 512, 512), [1, 1, 1]),
        ((2, 600, 600), [1, 1]),
        ((0, 8, 8), []),
    ],
)
def test_batches_hold_each_map_once_and_as_many_as_fit_a_cache(shape, sizes):
    found = batches(np.zeros(shape, np.float32))

    assert [one.stop - one.start for one in found] == sizes
    assert [at for one in found for at in range(one.start, one.stop)] == list(range(shape[0]))


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


def test_work_that_is_shared_again_in_its_parts_ends_with_few_threads(monkeypatch):
    done = list[int]()

    def share_again(tasks):
        for task in tasks:
            share(range(10 * task, 10 * task + 10), done.extend, threads=3)

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(shared, "_HELPERS", pool)
        share(range(8), share_again, threads=3)

    assert sorted(done) == list(range(80))


def test_without_more_threads_what_has_begun_is_waited_for(monkeypatch):
    """Its arrays are used again afterwards, so a thread that still wrote to them would change other results."""
    begun, free, done = Event(), Event(), list[int]()

    def work(tasks):
        begun.set()
        assert free.wait(10)
        done.extend(tasks)

    class Full(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):
            if begun.is_set():
                Timer(0.1, free.set).start()
                raise RuntimeError("can't start new thread")
            first = super().submit(fn, *args, **kwargs)
            assert begun.wait(10)
            return first

    with Full(1) as pool:
        monkeypatch.setattr(shared, "_HELPERS", pool)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            share(range(5), work, threads=3)

        assert done == list(range(5))


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
