"""How the pages put numbers into plain words."""

import pytest

from app.web.filters.words import share_words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.5, "agrees with the result"),
        (0.01, "agrees with the result"),
        (-0.01, "works against the result"),
        (0.0099, "hardly matters"),
        (-0.0099, "hardly matters"),
        (0.0, "hardly matters"),
    ],
)
def test_a_share_is_told_in_plain_words(share, words):
    assert str(share_words(share, 0.01)) == words
