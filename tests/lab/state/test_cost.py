from dataclasses import replace

import pytest

from app.engine.errors import SpecError
from app.engine.spec.stack import LayerSpec, StackSpec
from app.lab.state import cost


def test_the_default_stack_costs_what_a_hand_calculation_says():
    stack = StackSpec()

    assert cost.multiply_adds(stack) == 256 * 256 * (64 * 27 + 32 * 576)
    assert cost.kept_bytes(stack) == 2 * 4 * 256 * 256 * (64 + 32)


@pytest.mark.parametrize(
    "limits",
    [cost.CostLimits(multiply_adds=10**9), cost.CostLimits(nbytes=20 * 2**20)],
    ids=["multiply-adds", "memory"],
)
def test_the_size_that_a_refusal_offers_works_and_the_next_one_does_not(limits):
    stack = StackSpec()
    with pytest.raises(SpecError) as raised:
        cost.check(stack, limits)
    offered = int(str(raised.value).split("size of up to ")[1].split(",")[0])

    cost.check(replace(stack, size=offered), limits)
    with pytest.raises(SpecError):
        cost.check(replace(stack, size=offered + 1), limits)


def test_where_no_size_helps_none_is_offered():
    stack = StackSpec(size=32, layers=(LayerSpec(filters=128), LayerSpec(filters=128)))

    with pytest.raises(SpecError) as raised:
        cost.check(stack, cost.CostLimits(multiply_adds=1000))

    assert "size of up to" not in str(raised.value)
