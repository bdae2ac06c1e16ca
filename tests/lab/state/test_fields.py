import re

import pytest

from app.engine.errors import SpecError
from app.lab.state import cost, fields
from app.lab.state.state import build, changed, flatten

LIMITS = cost.CostLimits()
TIGHT = cost.CostLimits(multiply_adds=2_000_000_000)


def field_of(state, name, limits=LIMITS):
    number = int(name[-1]) if name[-1] in "12" else 0
    items = (
        fields.layer_fields(state, number, limits)
        if number
        else fields.picture_fields(state, limits)
    )
    return next(item for item in items if item.name == name)


def works(state, name, value, limits=LIMITS):
    try:
        values = flatten(state) | {name: value}
        cost.check(build("cat", values).stack, limits)
    except SpecError:
        return False
    return True


@pytest.mark.parametrize(
    ("values", "name", "limits"),
    [
        ({}, "filters1", LIMITS),
        ({}, "filters1", TIGHT),
        ({"groups2": 4, "weights2": "random"}, "filters1", LIMITS),
        ({"groups2": 4, "weights2": "random"}, "filters2", LIMITS),
        ({"groups1": 3, "filters1": 66, "weights1": "random"}, "filters1", LIMITS),
        ({"kind2": "separable"}, "multiplier2", LIMITS),
        ({"kind1": "depthwise", "groups2": 3, "filters2": 12}, "multiplier1", LIMITS),
        ({"kind2": "pointwise_first", "filters2": 20}, "multiplier2", TIGHT),
        (
            {"pool1": "max", "size": 32, "stride1": 4, "kernel2": (3, 3), "padding2": "valid"},
            "pool_size1",
            LIMITS,
        ),
        ({}, "size", TIGHT),
        (
            {"padding1": "valid", "padding2": "valid", "kernel1": (11, 11), "dilation1": 3},
            "size",
            LIMITS,
        ),
        ({"padding_mode2": "reflect", "stride1": 4, "kernel2": (11, 11)}, "size", LIMITS),
    ],
)
def test_a_number_field_offers_just_what_works(values, name, limits):
    state = build("cat", values)
    field = field_of(state, name, limits)
    offered = range(field.minimum, field.maximum + 1, field.step)
    allowed = {"size": range(32, 513), "pool_size1": range(2, 9)}.get(name, range(1, 129))

    assert [value for value in allowed if works(state, name, value, limits)] == list(offered)


def test_a_limit_that_other_settings_draw_says_why():
    field = field_of(build("cat", {"groups2": 4, "weights2": "random"}), "filters2")

    assert field.narrowed
    assert field.step == 4
    assert "groups2 is 4" in str(field.why)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"padding1": "valid", "size": 32, "stride1": 4, "padding2": "valid"},
        {"kind1": "depthwise", "kind2": "pointwise_first", "multiplier2": 4, "pool1": "average"},
        {"size": 32, "stride1": 4, "stride2": 4, "pool2": "max"},
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_each_option_works_or_says_why_not(values, number):
    state = build("cat", values)

    for field in fields.layer_fields(state, number, LIMITS):
        for option in field.options:
            assert option.chosen or option.refusal is None or "would work" in str(option.refusal)
        assert not field.options or sum(option.chosen for option in field.options) == 1


def test_the_pattern_of_a_kernel_takes_what_works_and_nothing_else():
    state = build("cat", {"size": 32, "stride1": 4, "padding2": "valid"})
    pattern = re.compile(field_of(state, "kernel2").pattern)

    for size in range(13):
        fits = 1 <= size <= 11 and works(state, "kernel2", (size, size))
        assert bool(pattern.fullmatch(str(size))) == fits
    assert pattern.fullmatch("3x5")
    assert not pattern.fullmatch("3x")


def test_weights_made_by_hand_are_not_offered_where_their_shape_does_not_fit():
    field = field_of(build("cat", {"kernel1": (5, 5)}), "weights1")

    offered = {option.value: option.refusal for option in field.options}
    assert str(field.options[0].label) == "random"
    assert "kernels of 3x3" in str(offered["handmade"])
    assert offered["gabor"] is None


def test_only_settings_that_apply_have_fields():
    def names(**values):
        shown = fields.layer_fields(build("cat", values), 2, LIMITS)
        return {field.name for field in shown}

    plain = names()
    assert {"groups2", "pool2", "kind2"} <= plain
    drawn = {"seed", "initialiser2", "distribution2"}
    assert names(kind2="separable") - plain == {"multiplier2", *drawn}
    assert "groups2" not in names(kind2="depthwise")
    assert names(pool2="max") - plain == {"pool_size2"}


def test_the_filters_of_a_depthwise_layer_are_shown_but_sent_as_their_default():
    state = build("cat", {"kind2": "depthwise"})
    field = field_of(state, "filters2")

    assert [(option.label, option.value) for option in field.options] == [("64", "")]
    assert "64 input channels" in str(field.why)
    assert changed(state, "kind2", "standard").stack.layers[1].filters == 32
