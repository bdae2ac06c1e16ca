import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from app.lab.keep.byte_cache import ByteCache, belongs_to


class Noted(list[object]):
    """What was computed, in order."""

    def note(self, what: object, value: bytes) -> bytes:
        self.append(what)
        return value


def cache_of(nbytes: int) -> ByteCache[bytes]:
    return ByteCache(nbytes, size_of=len)


def test_a_kept_value_is_not_computed_again():
    cache, calls = cache_of(100), Noted()

    for _ in range(3):
        cache.get("key", lambda: calls.note(1, b"value"))

    assert len(calls) == 1


def test_threads_that_ask_for_the_same_key_share_one_computation():
    cache, calls, gate = cache_of(100), [], threading.Event()

    def compute() -> bytes:
        calls.append(1)
        gate.wait(5)
        return b"value"

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(cache.get, "key", compute) for _ in range(8)]
        gate.set()
        assert {answer.result(5) for answer in answers} == {b"value"}
    assert len(calls) == 1


def test_the_bytes_kept_stay_within_the_bound_and_the_least_recently_used_goes_first():
    cache, recomputed = cache_of(30), Noted()

    for key in "abc":
        cache.get(key, lambda: bytes(10))
    cache.get("a", lambda: recomputed.note("a", bytes(10)))
    cache.get("d", lambda: bytes(10))

    assert cache.nbytes <= 30
    for key in "acdb":
        cache.get(key, partial(recomputed.note, key, bytes(10)))
    assert recomputed == ["b"]


def test_a_computation_that_fails_fails_for_all_who_wait_and_is_tried_again_later():
    cache, gate = cache_of(100), threading.Event()

    def fail() -> bytes:
        gate.wait(5)
        raise ValueError("no")

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(cache.get, "key", fail) for _ in range(2)]
        gate.set()
        for answer in answers:
            with pytest.raises(ValueError, match="no"):
                answer.result(5)
    assert cache.get("key", lambda: b"value") == b"value"


def test_what_was_computed_elsewhere_can_be_kept_and_found():
    cache = cache_of(30)

    assert cache.find("a") is None
    cache.put("a", bytes(20))
    cache.put("a", bytes(10))

    assert cache.find("a") == bytes(10)
    assert cache.nbytes == 10
    cache.put("b", bytes(31))
    assert cache.find("b") is None
    assert cache.nbytes <= 30


def test_finding_counts_as_use():
    cache = cache_of(20)
    for key in "ab":
        cache.put(key, bytes(10))

    cache.find("a")
    cache.put("c", bytes(10))

    assert (cache.find("a"), cache.find("b")) == (bytes(10), None)


def test_dropped_values_are_gone_and_the_others_stay():
    cache = cache_of(100)
    for key in [("cat", 1), ("cat", 2), ("dog", 1)]:
        cache.put(key, bytes(10))

    cache.drop(belongs_to("cat"))

    assert cache.nbytes == 10
    assert cache.find(("dog", 1)) == bytes(10)


@pytest.mark.parametrize("again", [False, True])
def test_what_is_dropped_while_it_is_computed_is_given_to_who_waits_and_not_kept(again):
    cache, began, gate = cache_of(100), threading.Event(), threading.Event()

    def compute() -> bytes:
        began.set()
        gate.wait(5)
        return b"old"

    with ThreadPoolExecutor(1) as pool:
        old = pool.submit(cache.get, ("cat",), compute)
        began.wait(5)
        cache.drop(belongs_to("cat"))
        if again:
            assert cache.get(("cat",), lambda: b"new") == b"new"
        gate.set()
        assert old.result(5) == b"old"
    assert cache.find(("cat",)) == (b"new" if again else None)
    assert cache.nbytes == (3 if again else 0)
