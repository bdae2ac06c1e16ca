from app.lab.state import muting as rules
from app.lab.state.muting import hearing, hearing_all, hearing_only
from app.lab.state.state import State, build

STATE = build("cat", {"filters1": 4})


def muting(state: State, channel: int) -> State:
    muted = rules.muting(state, channel)
    assert muted is not None
    return muted


def test_muting_adds_a_map_and_hearing_takes_it_away():
    both = muting(muting(STATE, 1), 3)

    assert both.muted == {1, 3}
    assert hearing(both, 1).muted == {3}
    assert hearing(hearing(both, 1), 3) == STATE


def test_one_map_heard_alone_can_be_joined_by_others_until_all_are_heard():
    alone = hearing_only(muting(STATE, 1), 2)

    assert alone.muted == {0, 1, 3}
    assert hearing(alone, 0).muted == {1, 3}
    assert muting(hearing(alone, 0), 2).muted == {1, 2, 3}
    assert hearing(hearing(hearing(alone, 0), 1), 3) == STATE


def test_the_only_map_that_is_heard_cannot_be_muted():
    assert rules.muting(hearing_only(STATE, 2), 2) is None
    assert rules.muting(build("cat", {"filters1": 1}), 0) is None


def test_hearing_all_forgets_both_lists():
    assert hearing_all(muting(STATE, 1)) == hearing_all(hearing_only(STATE, 1)) == STATE
