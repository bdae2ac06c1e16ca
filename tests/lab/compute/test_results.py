"""Results that are computed once."""

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event, get_ident

from app.lab.compute.results import Results


def test_a_result_that_two_threads_ask_for_at_the_same_time_is_computed_once():
    results = Results()
    started, may_end = Event(), Event()
    computed = []

    def compute():
        computed.append(get_ident())
        started.set()
        may_end.wait()
        return 7

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(results.get, "once", compute)
        started.wait()
        second = pool.submit(results.get, "once", compute)
        wait([second], timeout=0.1)  # enough to compute it a second time
        may_end.set()

    assert (first.result(), second.result(), len(computed)) == (7, 7, 1)


def test_a_result_may_be_computed_from_another():
    results = Results()

    assert results.get("twice", lambda: 2 * results.get("once", lambda: 7)) == 14
    assert results.get("once", lambda: 8) == 7
