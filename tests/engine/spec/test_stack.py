"""Settings: what is refused, what the refusal offers, and that specs are keys."""

import re
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.errors import SpecError
from app.engine.spec.stack import LayerSpec, StackSpec

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
    first, second = (replace(layer, weights=layer.weights) for layer in DEFAULT.layers)
    named = replace(DEFAULT, layers=(first, second))

    assert None not in [layer.weights for layer in DEFAULT.layers]
    assert hash(named) == hash(DEFAULT)
    assert named == DEFAULT


def test_settings_cannot_be_changed_once_made():
    with pytest.raises(FrozenInstanceError):
        DEFAULT.size = 64  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        DEFAULT.layers[0].stride = 2  # type: ignore[misc]


MAKES = {"depthwise": "filters", "separable": "intermediate channels"}


@settings(max_examples=100)
@given(
    st.sampled_from(("depthwise", "separable", "pointwise_first")),
    st.integers(1, 128),
    st.integers(1, 128),
    st.integers(1, 128),
)
def test_a_multiplier_that_explodes_is_refused_and_the_greatest_offered_works(
    kind, channels, filters, multiplier
):
    def make(multiplier):
        second = LayerSpec(filters=filters, kind=kind, multiplier=multiplier)
        return StackSpec(size=32, layers=(LayerSpec(filters=channels), second))

    of_each = filters if kind == "pointwise_first" else channels
    if of_each * multiplier <= 128:
        assert make(multiplier).layers[1].multiplier == multiplier
        return
    error = refusal(lambda: make(multiplier))
    assert error.field == "multiplier2"
    assert f"{of_each * multiplier:,} {MAKES.get(kind, 'intermediate channels')}" in str(error)
    most = int(re.search(r"; (?:1 to )?(\d+) would work", str(error))[1])
    make(most)
    with pytest.raises(SpecError):
        make(most + 1)


def test_a_depthwise_layer_has_its_multiplier_of_filters_for_each_input_channel():
    first = LayerSpec(filters=64, kind="depthwise", multiplier=5)
    spec = StackSpec(layers=(first, LayerSpec(filters=64, kind="depthwise")))

    assert [layer.filters for layer in spec.layers] == [15, 15]
    assert spec.shapes == ((3, 256, 256), (15, 256, 256), (15, 256, 256))
    assert [spec.channels_read(1, channel) for channel in (0, 4, 5, 14)] == [
        range(0, 1),
        range(0, 1),
        range(1, 2),
        range(2, 3),
    ]
    assert [layer.weights for layer in spec.layers] == ["random", "random"]
    named = replace(spec, layers=(replace(first, filters=15), spec.layers[1]))
    assert named == spec
    assert hash(named) == hash(spec)


def test_settings_that_do_not_apply_take_their_default_so_that_equal_layers_are_equal_keys():
    assert LayerSpec(filters=4, multiplier=3) == LayerSpec(filters=4)
    assert LayerSpec(filters=4, pool_size=5) == LayerSpec(filters=4)
    for kind in ("depthwise", "separable", "pointwise_first"):
        assert LayerSpec(filters=4, kind=kind, groups=2) == LayerSpec(filters=4, kind=kind)
        assert LayerSpec(filters=4, kind=kind, multiplier=3).multiplier == 3
    assert LayerSpec(filters=4, pool="max", pool_size=5).pool_size == 5


def test_what_is_fixed_says_why():
    depthwise = stack(2, kind="depthwise").fixed(2)

    assert str(depthwise["filters"]).startswith("64, because")
    assert "64 input channels × 1" in str(depthwise["filters"])
    assert set(depthwise) == {"filters", "groups", "pool_size"}
    assert set(DEFAULT.fixed(2)) == {"multiplier", "pool_size"}
    assert set(stack(2, kind="separable", pool="max").fixed(2)) == {"groups"}


def test_only_a_standard_layer_can_have_groups():
    assert stack(2, kind="separable").groups_possible(2) == (1,)
    assert DEFAULT.groups_possible(2) == (1, 2, 4, 8, 16, 32)


@pytest.mark.parametrize("value", ["banana", "max2", None])
@pytest.mark.parametrize("name", ["kind", "pool"])
def test_a_kind_or_pool_that_is_not_known_is_refused(name, value):
    error = refusal(lambda: LayerSpec(**{"filters": 4, name: value}))

    assert error.field == name
    for word in re.split(r", | and ", re.search(r"; (.*) would work", str(error))[1]):
        settings: dict[str, Any] = {"filters": 4, name: word}
        LayerSpec(**settings)


@pytest.mark.parametrize(
    ("name", "least", "most"), [("multiplier", 1, 128), ("pool_size", 2, 8), ("groups", 1, 128)]
)
def test_a_number_of_a_kind_or_pool_out_of_range_is_refused_with_the_range(name, least, most):
    for value in (least - 1, most + 1):
        error = refusal(lambda value=value: LayerSpec(**{"filters": 4, name: value}))

        assert error.field == name
        assert f"{least} to {most} would work" in str(error)


@settings(max_examples=60)
@given(st.integers(2, 8), st.integers(1, 4), st.integers(1, 11))
def test_a_pool_larger_than_the_maps_is_refused_and_what_is_offered_works(size, stride, kernel):
    first = LayerSpec(filters=1, stride=4, padding="valid")  # 32 pixels to 8

    def make(**changes):
        settings = {"kernel": (kernel, 1), "stride": stride, "padding": "valid"}
        second = LayerSpec(filters=1, **settings | changes)
        return StackSpec(size=32, layers=(first, second))

    if kernel > 8:
        assert refusal(lambda: make(pool="max", pool_size=size)).field == "kernel2"
        return
    rows, columns = make().map_shape(2)[1:]
    if size <= min(rows, columns):
        made = make(pool="average", pool_size=size).output_shape(2)
        assert made == (1, rows // size, columns // size)
        return
    error = refusal(lambda: make(pool="max", pool_size=size))
    assert f"{rows}x{columns}" in str(error)
    make(pool="none")
    if min(rows, columns) == 1:
        assert error.field == "pool2"
        assert "none would work" in str(error)
        return
    assert error.field == "pool_size2"
    most = int(re.search(r"; (?:2 to )?(\d+) or pool2=none would work", str(error))[1])
    assert most == min(rows, columns)
    make(pool="max", pool_size=most)


def test_layer_2_is_checked_against_what_the_pool_leaves():
    pooled = stack(1, StackSpec(size=32), pool="max", pool_size=8)

    error = refusal(lambda: stack(2, pooled, kernel=(5, 5), padding="valid"))

    assert error.field == "kernel2"
    assert "4x4" in str(error)


def test_the_bank_made_by_hand_is_for_standard_layers():
    assert stack(1, kind="separable").layers[0].weights == "random"
    assert stack(1, pool="max").layers[0].weights == "handmade"
    first = replace(DEFAULT.layers[0], kind="separable")

    error = refusal(lambda: replace(DEFAULT, layers=(first, DEFAULT.layers[1])))

    assert error.field == "weights1"
    assert "other kinds than standard" in str(error)


def test_the_flip_makes_another_key():
    assert replace(DEFAULT, flip=True) != DEFAULT
