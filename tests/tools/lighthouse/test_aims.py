"""`make lighthouse` fails where an aim is missed, and says which."""

from tools.lighthouse.aims import INTERACTION_MS, LEAST_POINTS, PICTURE_S, missed, third_quarter

QUICK = [16.0] * 30
ENOUGH = {"/": LEAST_POINTS, "/fold": 100}


def test_what_just_reaches_every_aim_misses_none():
    assert missed(ENOUGH, PICTURE_S - 0.01, [INTERACTION_MS - 1.0] * 30) == []


def test_each_aim_that_is_missed_is_named_with_what_was_found():
    few = missed({"/": 100, "/fold": LEAST_POINTS - 1}, 1.0, QUICK)
    late = missed(ENOUGH, PICTURE_S, QUICK)
    slow = missed(ENOUGH, 1.0, [float(INTERACTION_MS)] * 30)

    assert few == ["/fold has 89 points of performance; 90 are wanted."]
    assert late == ["The first picture takes 2.00 s; less than 2 is wanted."]
    assert slow == ["Scrubbing takes 200 ms; less than 200 is wanted."]


def test_one_slow_interaction_of_eight_does_not_count_but_three_do():
    assert third_quarter([16.0] * 7 + [900.0]) == 16
    assert third_quarter([16.0] * 5 + [900.0] * 3) > INTERACTION_MS
