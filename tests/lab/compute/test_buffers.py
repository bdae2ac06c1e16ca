import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.engine.arrays import Float
from app.lab.compute.buffers import Buffers


def test_memory_in_use_is_never_handed_out_again():
    buffers = Buffers(2**20)

    arrays = [buffers.empty((4, 5)) for _ in range(3)]
    for number, array in enumerate(arrays):
        array.fill(number)

    assert [set(array.flat) for array in arrays] == [{0}, {1}, {2}]


def test_a_view_keeps_its_memory_in_use():
    buffers = Buffers(2**20)
    view = buffers.empty((4, 5))[1:2]
    view.fill(7)

    buffers.empty((4, 5)).fill(0)

    assert set(view.flat) == {7}


def test_memory_that_nothing_uses_is_handed_out_again():
    buffers = Buffers(2**20)
    place = buffers.empty((4, 5)).ctypes.data

    assert buffers.empty((5, 4)).ctypes.data == place


def test_a_smaller_array_takes_the_least_block_that_it_nearly_fills():
    buffers = Buffers(2**20)
    sizes = (100, 120, 80, 200)
    held = [buffers.empty((size,)) for size in sizes]
    places = {array.size: array.ctypes.data for array in held}
    del held

    assert buffers.empty((90,)).ctypes.data == places[100]
    assert buffers.empty((145,)).ctypes.data not in places.values()


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=30))
def test_arrays_in_use_never_overlap(asked):
    buffers, held = Buffers(2**20), []
    for number, (size, stays) in enumerate(asked):
        array = buffers.empty((size,))
        array.fill(number)
        if stays:
            held.append((number, array))

    assert all((array == number).all() for number, array in held)


def test_unused_memory_beyond_the_bound_is_given_back():
    buffers = Buffers(nbytes=1000)
    held = buffers.empty((100,))
    for size in (90, 80, 70, 60):
        buffers.empty((size,))

    assert sum(block.nbytes for block in buffers._blocks) <= 1000
    assert np.shares_memory(held, next(b for b in buffers._blocks if b.size == 100))


def test_before_more_than_the_bound_is_in_use_what_is_kept_gives_way():
    kept: dict[int, Float] = {}
    asked: list[int] = []

    def make_room(nbytes: int) -> None:
        asked.append(nbytes)
        kept.clear()

    buffers = Buffers(nbytes=1000, make_room=make_room)
    kept[0] = buffers.empty((200,))
    buffers.empty((40,))
    assert asked == []

    held = buffers.empty((201,))

    assert asked == [804 - (1000 - 800)]  # the unused 160 bytes were given back first
    assert [block.nbytes for block in buffers._blocks] == [held.nbytes]
