"""How the pages write shares: with their sign, and never as zero where they are not."""

import pytest

from app.web.filters.numbers import signed_percent


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.1234, "+12.3 %"),
        (-0.02, "\N{MINUS SIGN}2.0 %"),
        (1, "+100.0 %"),
        (0.0004, "< 0.1 %"),
        (-0.0004, "< 0.1 %"),
        (0.0, "0 %"),
    ],
)
def test_a_share_has_its_sign_unless_it_is_too_small_for_a_digit(share, text):
    assert signed_percent(share) == text
