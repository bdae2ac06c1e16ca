"""What is said of a map against plain Python sums over its values."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.engine.compute.activations import ORDER_KEPT, apply
from app.engine.explain.statistics import Range, ranges, ranges_after, statistics

MAPS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
    elements=st.just(0.0) | st.floats(-1e6, 1e6, width=32),
)


@settings(max_examples=80)
@given(MAPS)
def test_statistics_are_those_of_the_listed_values(map2d):
    values = [float(value) for value in map2d.flat]

    found = statistics(map2d)

    assert (found.minimum, found.maximum) == (min(values), max(values))
    assert found.mean == pytest.approx(math.fsum(values) / len(values), rel=1e-12, abs=1e-9)
    assert found.zeros == pytest.approx(values.count(0) / len(values), abs=1e-15)


def test_the_mean_has_the_accuracy_of_double_precision():
    map2d = np.full((512, 512), 0.1, np.float32)
    map2d[0, 0] = 1e6
    exact = (Fraction(float(np.float32(0.1))) * (512 * 512 - 1) + 10**6) / (512 * 512)

    assert statistics(map2d).mean == pytest.approx(float(exact), rel=1e-13)


def test_the_values_are_python_floats():
    found = statistics(np.ones((3, 3), np.float32))

    assert [type(getattr(found, name)) for name in ("minimum", "maximum", "mean", "zeros")] == [
        float
    ] * 4


@pytest.mark.parametrize(
    ("map2d", "silent"),
    [
        (np.zeros((4, 4), np.float32), True),
        (-np.zeros((4, 4), np.float32), True),
        (np.eye(512, dtype=np.float32)[:1], False),
        (np.full((2, 2), -1, np.float32), False),
        (np.full((2, 2), 1e-45, np.float32), False),
    ],
)
def test_a_map_is_silent_only_where_every_value_is_zero(map2d, silent):
    (found,) = ranges(map2d[None])

    assert found.silent is silent


def test_there_is_one_range_for_each_map_in_their_order():
    maps = np.zeros((3, 2, 2), np.float32)
    maps[1] = [[1, 0], [0, 3]]
    maps[2] = -2

    assert ranges(maps, threads=2) == (Range(0, 0), Range(0, 3), Range(-2, -2))


@pytest.mark.parametrize("activation", sorted(ORDER_KEPT))
@given(MAPS)
def test_the_range_after_an_activation_that_keeps_the_order_is_that_of_its_values(
    activation, map2d
):
    before = ranges(map2d[None])

    assert ranges_after(activation, before) == ranges(apply(activation, map2d)[None])
