"""How the pages write shares: with their sign, never as zero where they are not, and in plain words."""

import pytest

from app.web.filters import share_words, signed_percent


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


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.5, "agrees with the result"),
        (0.01, "agrees with the result"),
        (-0.01, "works against it"),
        (0.0099, "hardly matters"),
        (-0.0099, "hardly matters"),
        (0.0, "hardly matters"),
    ],
)
def test_a_share_is_told_in_plain_words(share, words):
    assert share_words(share, 0.01) == words
