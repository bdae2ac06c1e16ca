"""Settings: what is refused, what the refusal offers, and that specs are keys."""

import re
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.errors import SpecError
from app.engine.spec import LayerSpec, StackSpec

DEFAULT = StackSpec()


def stack(number, base=DEFAULT, **changes):
    """Return the stack with `changes` to the layer of that number, its weights chosen anew."""
    layers = [replace(layer, weights=None) for layer in base.layers]
    layers[number - 1] = replace(layers[number - 1], **changes)
    return replace(base, layers=tuple(layers))


def refusal(make):
    with pytest.raises(SpecError) as refused:
        make()
    return refused.value


def test_the_default_stack_is_the_one_of_the_thread():
    assert DEFAULT.shapes == ((3, 256, 256), (64, 256, 256), (32, 256, 256))
    assert (DEFAULT.weight_shape(1), DEFAULT.weight_shape(2)) == ((64, 3, 3, 3), (32, 64, 3, 3))
    assert [layer.activation for layer in DEFAULT.layers] == ["relu", "relu"]


@pytest.mark.parametrize(
    ("field", "below", "least", "most", "above"),
    [
        ("filters", 0, 1, 128, 129),
        ("stride", 0, 1, 4, 5),
        ("dilation", 0, 1, 4, 5),
        ("padding", -1, 0, 40, 41),
    ],
)
def test_a_layer_setting_out_of_range_is_refused_with_the_range(field, below, least, most, above):
    for value in (below, above):
        error = refusal(lambda value=value: LayerSpec(**{"filters": 4} | {field: value}))

        assert error.field == field
        assert str(value) in str(error)
        assert f"{least} to {most} would work" in str(error)
    for value in (least, most):
        assert getattr(LayerSpec(**{"filters": 4} | {field: value}), field) == value


@pytest.mark.parametrize("kernel", [(0, 3), (3, 12), (3, 0), (-1, 3)])
def test_a_kernel_out_of_range_on_either_side_is_refused(kernel):
    error = refusal(lambda: LayerSpec(filters=1, kernel=kernel))

    assert error.field == "kernel"
    assert "1 to 11 would work" in str(error)


@pytest.mark.parametrize("value", ["4", 4.0, True, None])
def test_a_number_that_is_no_integer_is_refused(value):
    assert refusal(lambda: LayerSpec(filters=value)).field == "filters"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda value: LayerSpec(filters=4, padding_mode=value), "padding_mode"),
        (lambda value: LayerSpec(filters=4, activation=value), "activation"),
        (lambda value: StackSpec(normalise=value), "normalise"),
    ],
)
def test_a_word_that_is_not_known_is_refused_and_every_word_offered_works(make, field):
    error = refusal(lambda: make("banana"))

    assert error.field == field
    offered = re.search(r"; (.*) would work", str(error))[1]
    words = re.split(r", | and ", offered)
    assert len(words) >= 3
    for word in words:
        make(word)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"size": 31}, "size"),
        ({"size": 513}, "size"),
        ({"channels": 2}, "channels"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
    ],
)
def test_a_stack_setting_out_of_range_is_refused_by_name(changes, field):
    error = refusal(lambda: StackSpec(**changes))

    assert error.field == field
    assert "would work" in str(error)


@settings(max_examples=60)
@given(st.integers(1, 24), st.integers(1, 24), st.integers(1, 24))
def test_groups_that_do_not_divide_are_refused_and_each_number_offered_works(first, second, groups):
    def make(count):
        return StackSpec(layers=(LayerSpec(filters=first), LayerSpec(filters=second, groups=count)))

    if first % groups == 0 and second % groups == 0:
        assert make(groups).channels_per_filter(2) == first // groups
        return
    error = refusal(lambda: make(groups))
    assert error.field == "groups2"
    offered = re.search(r"; ([\d, and]+) would work", str(error))[1]
    numbers = [int(number) for number in re.findall(r"\d+", offered)]
    assert numbers[0] == 1
    for number in numbers:
        make(number)


def test_a_kernel_that_does_not_fit_is_refused_and_what_is_offered_works():
    changes = {"kernel": (11, 11), "dilation": 4, "padding": "valid"}
    small = StackSpec(size=32)

    error = refusal(lambda: stack(1, small, **changes))

    assert error.field == "kernel1"
    assert "41x41" in str(error)
    assert "32x32" in str(error)
    stack(1, small, **changes | {"kernel": (3, 3)})
    stack(1, small, **changes | {"dilation": 1})
    stack(1, small, **changes | {"padding": "same"})
    stack(1, replace(small, size=64), **changes)


def test_a_kernel_that_does_not_fit_what_layer_1_leaves_names_layer_2():
    small = stack(1, StackSpec(size=32), stride=4, padding="valid")

    error = refusal(lambda: stack(2, small, kernel=(9, 9), padding="valid"))

    assert error.field == "kernel2"
    assert "8x8" in str(error)


@pytest.mark.parametrize(("mode", "most"), [("reflect", 31), ("circular", 32)])
def test_a_border_wider_than_the_mode_can_add_is_refused_and_what_is_offered_works(mode, most):
    small = StackSpec(size=32)
    stack(1, small, padding_mode=mode, padding=most)

    error = refusal(lambda: stack(1, small, padding_mode=mode, padding=most + 1))

    assert error.field == "padding_mode1"
    assert f"at most {most} pixels" in str(error)
    for offered in ("zeros", "replicate"):
        assert f"{offered}" in str(error)
        stack(1, small, padding_mode=offered, padding=most + 1)


def test_equal_settings_are_one_key_and_other_settings_another():
    again = StackSpec()
    other = stack(2, activation="tanh")

    assert again == DEFAULT
    assert hash(again) == hash(DEFAULT)
    assert again.shapes == DEFAULT.shapes  # computed once, kept, and no part of the key
    assert hash(again) == hash(StackSpec())
    assert other != DEFAULT
    assert len({DEFAULT, again, other}) == 2


def test_weights_left_to_the_default_and_the_same_weights_named_are_one_key():
    named = replace(
        DEFAULT, layers=tuple(replace(layer, weights=layer.weights) for layer in DEFAULT.layers)
    )

    assert None not in [layer.weights for layer in DEFAULT.layers]
    assert hash(named) == hash(DEFAULT)
    assert named == DEFAULT


def test_settings_cannot_be_changed_once_made():
    with pytest.raises(FrozenInstanceError):
        DEFAULT.size = 64
    with pytest.raises(FrozenInstanceError):
        DEFAULT.layers[0].stride = 2
