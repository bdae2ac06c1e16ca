"""What most of the measured values stay under."""

import math

import pytest

from tools.quantiles import quantile


@pytest.mark.parametrize(
    ("share", "expected"), [(0, 1), (0.5, 10), (0.94, 19), (0.95, 19), (0.96, 20), (1, 20)]
)
def test_a_quantile_is_a_value_that_so_many_do_not_exceed(share, expected):
    values = [*range(20, 0, -1)]

    assert quantile(values, share) == expected
    assert sum(value <= expected for value in values) >= share * len(values)


def test_of_one_value_each_quantile_is_that_value_and_of_none_it_is_unknown():
    assert quantile([3.5], 0.95) == 3.5
    assert math.isnan(quantile([], 0.95))
