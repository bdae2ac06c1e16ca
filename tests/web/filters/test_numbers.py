"""How the pages write numbers: shares with their sign, and never as zero where they are not."""

import pytest

from app.figures import table_decimals
from app.web.filters.numbers import signed_percent, times


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.1234, "+12.3\xa0%"),
        (-0.02, "\N{MINUS SIGN}2.0\xa0%"),
        (1, "+100.0\xa0%"),
        (0.0004, "< 0.1\xa0%"),
        (-0.0004, "< 0.1\xa0%"),
        (0.0, "0\xa0%"),
    ],
)
def test_a_share_has_its_sign_unless_it_is_too_small_for_a_digit(share, text):
    assert signed_percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (4.0, "4"), (3.98, "4.0"), (2.5, "2.5"), (0.25, "0.25")]
)
def test_only_a_whole_number_of_times_has_no_decimals(value, text):
    assert times(value) == text


@pytest.mark.parametrize(
    ("largest", "shown", "rounded"),
    [
        (0.0, "0.0", "0.0"),
        (0.41372, "0.4137", "0.4137"),
        (1.41372, "1.4137", "1.414"),
        (98.7654, "98.765", "98.77"),
        (123456.7, "123456.7", "123456.7"),
    ],
)
def test_values_that_are_compared_have_the_decimals_of_their_largest(largest, shown, rounded):
    assert f"{largest:.{table_decimals(largest)}f}" == shown
    assert f"{largest:.{table_decimals(largest, 4)}f}" == rounded
