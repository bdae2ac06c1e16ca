import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.drawing.scale import end_of, share_beyond


@pytest.mark.parametrize("shape", [(64, 86, 86), (1, 40, 50), (32, 256, 256)])
def test_about_1_value_in_100_lies_beyond_the_end(shape):
    drawn = np.random.default_rng(1).standard_normal(shape).astype(np.float32) ** 3

    beyond = np.mean(np.abs(drawn) > end_of(drawn))

    assert 0.008 <= beyond <= 0.012
    assert share_beyond(drawn, end_of(drawn)) == beyond


def test_the_end_of_whole_numbers_by_hand():
    drawn = np.arange(-1000, 1000, dtype=np.float32)  # of the sizes, 0 and 1000 occur once

    assert end_of(drawn) == 990
    assert share_beyond(drawn, 990) == 19 / 2000  # 991 to 999 occur twice, 1000 once


def test_where_nearly_all_is_0_the_greatest_value_is_the_end():
    drawn = np.zeros((4, 20, 20), np.float32)
    drawn[2, 3, 4] = -7

    assert end_of(drawn) == 7
    assert share_beyond(drawn, 7) == 0


@pytest.mark.parametrize(
    "drawn", [np.zeros((3, 5, 5), np.float32), np.zeros((0, 5, 5), np.float32)]
)
def test_of_nothing_but_0_the_scale_ends_at_0(drawn):
    assert end_of(drawn) == 0
    assert share_beyond(drawn, 0) == 0


@given(
    arrays.arrays(np.float32, (6, 7), elements=st.floats(-100, 100, width=32)),
    st.sampled_from([0.25, 2.0, 64.0]),
)
def test_the_end_grows_with_the_values(drawn, factor):
    assert end_of(np.float32(factor) * drawn) == pytest.approx(factor * end_of(drawn))
