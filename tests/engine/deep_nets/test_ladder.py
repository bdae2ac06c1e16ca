"""Ladders of deep nets against published tables, and against maps that are really made."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from app.engine.deep_nets.ladder import ladder
from app.engine.deep_nets.nets import VGG16, Convolution, Pooling, parse, written
from app.engine.errors import SpecError
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine.deep_nets.vgg16 import ROWS


def test_vgg16_has_the_published_maps_and_parameters():
    found = [(rung.name, *rung.shape[:2], rung.parameters.value) for rung in ladder(VGG16)]

    published = [(name, *(int(n.replace(",", "")) for n in numbers)) for name, *numbers in ROWS]
    assert found == published


def test_vgg16_ends_in_512_maps_of_7x7_that_see_212_pixels():
    last = ladder(VGG16)[-1]

    assert last.shape == (512, 7, 7)
    assert last.values.value == 25_088
    # Araujo, Norris & Sim, "Computing receptive fields" (Distill, 2019): vgg_16, 212 and 32.
    assert (last.receptive_field.value, last.step) == (212, 32)


def test_the_parameters_of_vgg16_with_its_three_dense_layers_are_the_138_million_of_table_2():
    rungs = ladder(VGG16)
    convolutions = sum(rung.parameters.value for rung in rungs)
    widths = (rungs[-1].values.value, 4096, 4096, 1000)
    dense = sum((widths[i] + 1) * widths[i + 1] for i in range(3))

    assert convolutions == 14_714_688
    assert sum(rung.weights.value for rung in rungs) == 14_710_464  # less 4,224 biases
    assert convolutions + dense == 138_357_544


def test_alexnet_has_its_published_maps_receptive_field_and_step():
    # Krizhevsky (2012) on 227 x 227; receptive field and step as Araujo, Norris & Sim (2019) have them.
    layers = parse("conv11-96s4p0,pool3s2,conv5-256,pool3s2,conv3-384,conv3-384,conv3-256,pool3s2")

    rungs = ladder(layers, size=227)

    assert [rung.shape[1] for rung in rungs] == [55, 27, 27, 13, 13, 13, 13, 6]
    assert (rungs[-1].receptive_field.value, rungs[-1].step) == (195, 32)
    assert {rung.unread for rung in rungs} == {0}


def test_a_stride_and_a_pool_leave_a_border_unread():
    rungs = ladder(parse("conv3-1s4p0,pool2,pool2"), size=226)

    # Placements at 0, 4, ..., 220 read up to row 222; 56 maps rows; then 28 and 14.
    assert [(rung.shape[1], rung.unread) for rung in rungs] == [(56, 3), (28, 0), (14, 0)]
    assert ladder(parse("pool3"), size=224)[0].unread == 2


def test_two_layers_are_those_of_the_lab():
    first, second = (
        LayerSpec(filters=64, kernel=(5, 5), stride=2),
        LayerSpec(filters=32, dilation=2),
    )
    spec = StackSpec(layers=(first, second))

    rungs = ladder(parse("conv5-64s2,conv3-32d2"), size=256)

    assert [rung.shape for rung in rungs] == [spec.output_shape(1), spec.output_shape(2)]
    assert [rung.weights.value for rung in rungs] == [
        np.prod(spec.weight_shape(number)) for number in (1, 2)
    ]
    assert [rung.multiply_adds.value for rung in rungs] == [
        64 * 75 * 128 * 128,
        32 * 576 * 128 * 128,
    ]
    assert [rung.receptive_field.value for rung in rungs] == [5, 13]
    assert rungs[1].receptive_field.formula == "1 + 4·1 + 4·2"


convolutions = st.builds(
    Convolution,
    kernel=st.integers(1, 32),
    filters=st.integers(1, 4096),
    stride=st.integers(1, 32),
    padding=st.just("same") | st.integers(0, 64),
    dilation=st.integers(1, 32),
)
pools = st.builds(Pooling, kernel=st.integers(1, 32), stride=st.integers(1, 32))


@given(st.lists(convolutions | pools, min_size=1, max_size=64))
def test_a_list_of_layers_is_read_as_it_is_written(layers):
    assert parse(written(layers)) == tuple(layers)


def test_a_default_is_left_out_of_the_list():
    assert written(parse("conv3-64s1d1,pool2s2,conv7-8s2p3")) == "conv3-64,pool2,conv7-8s2p3"


small_layers = st.lists(
    st.builds(
        Convolution,
        kernel=st.integers(1, 4),
        filters=st.integers(1, 3),
        stride=st.integers(1, 3),
        padding=st.integers(0, 3),
        dilation=st.integers(1, 3),
    )
    | st.builds(Pooling, kernel=st.integers(1, 4), stride=st.integers(1, 4)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=100)
@given(small_layers, st.integers(1, 60))
def test_maps_that_are_really_made_have_these_sizes_steps_and_unread_rows(layers, size):
    made = [
        np.arange(size)[:, None]
    ]  # which image rows each row sees, one line each; -1 for padding
    unread = []
    for layer in layers:
        lines, border = made[-1], layer.padding if isinstance(layer, Convolution) else 0
        assert border != "same"
        seen = np.pad(lines, ((border, border), (0, 0)), constant_values=-1)
        span = layer.dilation * (layer.kernel - 1) + 1
        assume(len(seen) >= span)
        windows = sliding_window_view(seen, span, axis=0)[:: layer.stride, :, :: layer.dilation]
        last = (len(windows) - 1) * layer.stride + span - 1 - border
        unread.append(max(len(lines) - 1 - last, 0))
        made.append(windows.reshape(len(windows), -1))

    rungs = ladder(layers, size=size)

    assert [rung.shape[1] for rung in rungs] == [len(lines) for lines in made[1:]]
    assert [rung.unread for rung in rungs] == unread
    assert [rung.step for rung in rungs] == list(
        accumulate((layer.stride for layer in layers), lambda a, b: a * b)
    )
    for rung, lines in zip(rungs, made[1:], strict=True):
        whole = lines[(lines >= 0).all(axis=1)]  # rows whose paths all end in the image
        if len(whole):
            assert rung.receptive_field.value == whole[0].max() - whole[0].min() + 1


@settings(max_examples=100)
@given(small_layers, st.integers(1, 60))
def test_a_ladder_that_ends_in_nothing_names_the_smallest_size_that_works(layers, size):
    refused = refusal(layers, size)
    assume(refused is not None)

    assert refused.field == "layers"
    least = int(str(refused).split("a size of ")[1].split(" ")[0])
    assert least > size
    assert refusal(layers, least) is None
    assert refusal(layers, least - 1) is not None


def refusal(layers, size):
    try:
        ladder(layers, size=size)
    except SpecError as error:
        return error
    return None


def test_the_entry_that_finds_nothing_is_named():
    with pytest.raises(SpecError) as caught:
        ladder(VGG16, size=17)

    assert str(caught.value) == (
        "layers ends in nothing: entry 18, pool2, reads only 1x1 of an image of 17x17, and it does not "
        "fit; a size of 32 or more would work."
    )


def test_a_ladder_that_no_size_helps_asks_for_fewer_layers():
    with pytest.raises(SpecError, match=r"entry 8, pool2, .* fewer or smaller layers"):
        ladder(parse(",".join(["pool2"] * 13)))


UNREADABLE = (
    "|conv|conv3|conv3-|conv-64|conv3-64 |Conv3-64|conv3-64p1s2|conv3-064|conv3-64x|conv3-٣|conv3--1"
    "|conv3-1000000|pool|pool2p1|pool2-3|dense10"
)


@pytest.mark.parametrize("entry", UNREADABLE.split("|"))
def test_an_entry_that_cannot_be_read_is_named_with_what_would_work(entry):
    with pytest.raises(SpecError) as caught:
        parse(f"conv3-64,{entry}")

    assert caught.value.field == "layers"
    assert str(caught.value).startswith(
        f"layers has {entry!r} as entry 2; entries such as conv3-64"
    )


def test_a_long_entry_is_not_repeated_whole():
    with pytest.raises(SpecError) as caught:
        parse("x" * 10_000)

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("conv33-64", "has conv33-64 as entry 1, with kernel 33; 1 to 32 would work."),
        ("pool2,conv3-0", "has conv3-0 as entry 2, with filters 0; 1 to 4096 would work."),
        ("conv3-4097", "has conv3-4097 as entry 1, with filters 4097; 1 to 4096 would work."),
        ("conv3-1s0", "has conv3-1s0 as entry 1, with stride 0; 1 to 32 would work."),
        ("conv3-1p65", "has conv3-1p65 as entry 1, with padding 65; 0 to 64 would work."),
        ("conv3-1d33", "has conv3-1d33 as entry 1, with dilation 33; 1 to 32 would work."),
        ("pool0", "has pool0 as entry 1, with side 0; 1 to 32 would work."),
        ("pool2s40", "has pool2s40 as entry 1, with stride 40; 1 to 32 would work."),
        (",".join(["pool1"] * 65), "has 65 entries; 1 to 64 would work."),
    ],
)
def test_what_is_out_of_range_is_named_with_the_range(text, detail):
    with pytest.raises(SpecError) as caught:
        parse(text)

    assert (caught.value.field, str(caught.value)) == ("layers", f"layers {detail}")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"size": 0}, "size"), ({"size": 4097}, "size"), ({"channels": 0}, "channels")],
)
def test_an_image_out_of_range_is_refused(given, field):
    with pytest.raises(SpecError, match="1 to 4096 would work") as caught:
        ladder(VGG16, **given)

    assert caught.value.field == field


def test_layers_that_were_not_parsed_are_checked_too():
    with pytest.raises(SpecError, match="stride 0"):
        ladder([Pooling(kernel=2, stride=0)])
    with pytest.raises(SpecError, match="has 0 entries"):
        ladder([])
