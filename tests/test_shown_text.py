"""Text of strangers as it is shown: short, on one line, and in one direction."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from app.shown_text import MOST_SHOWN, shown_text


@given(st.text(), st.integers(20, MOST_SHOWN))
def test_no_text_is_shown_longer_than_allowed_or_with_control_characters(text, most):
    shown = shown_text(text * 5, most=most)

    assert len(shown) == min(len(text * 5), most)
    # Cc: control; Cf: direction and what cannot be seen; Cs: half a pair; Zl, Zp: line ends.
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert shown_text(shown, most=most) == shown


def test_characters_that_turn_the_direction_of_writing_are_replaced():
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

    assert shown_text(f"a{turning}b\n\x00\u200b") == f"a{'?' * 12}b???"


def test_a_name_is_kept_as_it_is_and_a_long_one_loses_its_middle():
    assert shown_text("encoder/größe 3/卷积:0") == "encoder/größe 3/卷积:0"
    assert shown_text("a" * 200 + "b" * 100, most=21) == "a" * 9 + "..." + "b" * 9
