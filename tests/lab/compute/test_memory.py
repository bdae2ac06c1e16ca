"""The budget of computations is kept, and neither the dear nor the cheap ever wait for ever."""

from hypothesis import given
from hypothesis import strategies as st

from app.lab.compute.memory import ComputeMemory
from app.lab.compute.prices import CHEAP_BYTES, MIB
from app.lab.compute.slots import Slots

BUDGET = 384 * MIB
SIZES = st.lists(st.tuples(st.booleans(), st.integers(1, 600)), max_size=40)


@given(SIZES)
def test_the_budget_is_kept_except_by_one_that_is_dearer_alone(asked):
    memory, taken = ComputeMemory(BUDGET), []
    for dear, mib in asked:
        nbytes = mib * MIB if dear else min(mib * MIB, CHEAP_BYTES)
        if memory.take_if_fits(nbytes, dear=dear):
            taken.append((dear, nbytes))
        each_dear = [size for is_dear, size in taken if is_dear]
        excess = max(each_dear[0] - (BUDGET - CHEAP_BYTES), 0) if len(each_dear) == 1 else 0
        assert memory.taken == sum(size for _, size in taken) <= BUDGET + excess
    for dear, nbytes in taken:
        memory.give_back(nbytes, dear=dear)
    assert memory.taken == 0


@given(st.integers(1, 600), st.booleans(), st.integers(0, 128))
def test_a_cheap_one_begins_beside_any_dear_one_that_runs_and_any_that_waits(runs, waits, cheap):
    memory = ComputeMemory(BUDGET)
    assert memory.take_if_fits(runs * MIB, dear=True)

    assert memory.take_if_fits(cheap * MIB, dear=False, dear_waits=waits)


def test_while_a_dear_one_waits_cheap_ones_leave_it_room_and_it_begins_when_those_before_it_end():
    memory = ComputeMemory(BUDGET)
    cheap, dear = Slots(8, memory), None
    dear = Slots(1, memory, beside=cheap, dear=True)
    told: list[str] = []
    cheap.when_free(lambda: told.append("cheap"))
    dear.when_free(lambda: told.append("dear"))
    begun = [cheap.take_if_free(100 * MIB) for _ in range(4)]
    assert begun == [True, True, True, False]

    assert not dear.take_if_free(250 * MIB)
    dear.waiting = 1
    cheap.give_back(100 * MIB)
    assert not cheap.take_if_free(100 * MIB)  # it would take what the dear one waits for
    assert not dear.take_if_free(250 * MIB, waited=True)
    cheap.give_back(100 * MIB)

    assert dear.take_if_free(250 * MIB, waited=True)
    assert told == ["dear", "dear"]


def test_when_a_dear_one_ends_those_that_wait_for_memory_alone_are_told():
    memory = ComputeMemory(BUDGET)
    cheap = Slots(8, memory)
    dear = Slots(1, memory, beside=cheap, dear=True)
    told: list[str] = []
    cheap.when_free(lambda: told.append("cheap"))
    assert dear.take_if_free(256 * MIB)
    assert cheap.take_if_free(128 * MIB)
    assert not cheap.take_if_free(64 * MIB)
    cheap.waiting = 1

    dear.give_back(256 * MIB)

    assert told == ["cheap"]
    assert cheap.take_if_free(64 * MIB, waited=True)
