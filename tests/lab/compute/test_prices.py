"""What a view costs counts all of its work, and what no view may cost is refused."""

from typing import Any

import pytest

from app.engine.errors import SpecError
from app.lab.compute.price_limits import check, most_work
from app.lab.compute.prices import MIB, Asked, price_of
from app.lab.state.cost import CostLimits
from app.lab.state.state import build

LIMITS, MOST = CostLimits(), 400 * MIB
LARGE = {"size": 512, "filters1": 128, "filters2": 64, "kernel1": (5, 5), "kernel2": (1, 1)}
LINEAR = {**LARGE, "activation1": "linear", "activation2": "linear"}
FACTORED = {
    **LINEAR,
    "size": 500,
    "kernel1": (1, 1),
    "kernel2": (10, 10),
    "kind2": "pointwise_first",
    "multiplier2": 2,
}


def asked(view: str, settings: dict[str, Any], **more: Any) -> Asked:
    return Asked(view=view, state=build("cat", settings), **more)


@pytest.mark.parametrize(
    "view", ["lab", "maps", "fold", "pixel", "wall", "sheet", "projections", "one_layer", "trace"]
)
@pytest.mark.parametrize("muted", [False, True])
def test_every_view_of_the_usual_net_is_cheap(view, muted):
    settings = {"mute": frozenset({1})} if muted else {}

    assert not price_of(asked(view, settings, tile=96)).is_dear


@pytest.mark.parametrize("view", ["maps", "fold", "pixel", "wall", "lesson"])
def test_a_view_as_a_file_costs_more_than_the_view(view):
    shown, file = (price_of(asked(view, {}, as_file=as_file)) for as_file in (False, True))

    assert file.nbytes > shown.nbytes
    assert file.work > shown.work or view in ("maps", "wall")


@pytest.mark.parametrize(
    "view", ["lab", "fold", "sum", "sums.moving", "wall", "pixel", "projections"]
)
@pytest.mark.parametrize("muted", [False, True])
def test_a_picture_of_512_works_everywhere_with_the_usual_net(view, muted):
    settings = {"size": 512} | ({"mute": frozenset({1})} if muted else {})
    one = asked(view, settings, row=True, column=True)

    check(one, price_of(one), LIMITS, MOST)


@pytest.mark.parametrize(
    ("view", "more", "part"),
    [
        ("fold", {}, "fold"),
        ("sum", {}, "fold"),
        ("sums.moving", {}, "fold"),
        ("sheet", {"tile": 512}, "sheet"),
        ("wall", {}, "wall"),
        ("wall", {"row": True}, "row"),
        ("wall", {"column": True}, "column"),
        ("projections", {}, "way down"),
        ("one_layer", {}, "composed filters"),
    ],
)
def test_what_a_view_does_besides_its_pass_is_counted(view, more, part):
    plain, own = price_of(asked("lab", LINEAR)), price_of(asked(view, LINEAR, **more))

    assert own.work > plain.work, part
    assert own.nbytes > plain.nbytes, part


def test_each_sample_is_a_pass_and_each_place_a_way_down():
    one, eight = (price_of(asked("projections", LARGE, samples=n)) for n in (1, 8))

    assert eight.work > 7 * price_of(asked("lab", LARGE)).work + one.work // 8
    assert eight.nbytes == one.nbytes  # one after the other


def test_muted_maps_need_a_second_pass():
    muted = {**LARGE, "mute": frozenset({1})}

    assert price_of(asked("lab", muted)).work > 1.2 * price_of(asked("lab", LARGE)).work
    assert price_of(asked("lab", muted)).nbytes > price_of(asked("lab", LARGE)).nbytes + 128 * MIB


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (asked("fold", {**FACTORED, "mute": frozenset({1})}), "no muted map"),
        (asked("projections", {"size": 512}, samples=8), "8 passes"),
        (asked("lab", {**LINEAR, "filters2": 128, "mute": frozenset({1})}), "MiB of memory"),
    ],
)
def test_what_no_view_may_cost_is_refused_with_what_would_work(one, words):
    with pytest.raises(SpecError) as raised:
        check(one, price_of(one), LIMITS, MOST)

    assert words in str(raised.value)
    assert "would work" in str(raised.value)


def test_a_pass_at_both_of_its_limits_is_within_those_of_a_view():
    for settings in (LINEAR, FACTORED, {**LARGE, "filters2": 1, "kernel2": (11, 11)}):
        assert price_of(asked("maps", settings)).work <= most_work(LIMITS)
