"""Sizes and counts against counting one by one, and against the numbers of the default stack."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.engine.spec import geometry
from app.engine.spec.geometry import AxisReceptiveField
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import reference

axes = st.fixed_dictionaries(
    {
        "size": st.integers(1, 60),
        "kernel": st.integers(1, 11),
        "stride": st.integers(1, 4),
        "dilation": st.integers(1, 4),
        "padding": st.sampled_from(("same", "valid")) | st.integers(0, 40),
    }
)


@settings(max_examples=200)
@given(axes)
def test_the_output_size_is_the_number_of_placements(axis):
    before, after = geometry.padding_before_after(**axis)
    first, past = -before, axis["size"] + after
    taps = [tap * axis["dilation"] for tap in range(axis["kernel"])]

    placements = 0
    for start in range(first, past, axis["stride"]):
        placements += all(start + tap < past for tap in taps)

    assert geometry.output_size(**axis) == placements


@settings(max_examples=200)
@given(axes)
def test_same_gives_one_output_a_stride_and_adds_as_little_as_does(axis):
    axis |= {"padding": "same"}
    size, stride = axis["size"], axis["stride"]

    before, after = geometry.padding_before_after(**axis)

    assert geometry.output_size(**axis) == len(range(0, size, stride))  # ceil(size / stride)
    assert (before, after) == reference.same_padding(
        size, kernel=axis["kernel"], stride=stride, dilation=axis["dilation"]
    )
    assert after - before in (0, 1)


@settings(max_examples=200)
@given(axes)
def test_what_lies_behind_the_last_tap_of_the_last_placement_is_never_read(axis):
    before, after = geometry.padding_before_after(**axis)
    taps = [tap * axis["dilation"] - before for tap in range(axis["kernel"])]
    starts = range(0, before + axis["size"] + after, axis["stride"])
    placements = [start for start in starts if start + taps[-1] < axis["size"] + after]

    behind = [
        place
        for place in range(axis["size"])
        if not any(place <= start + taps[-1] for start in placements)
    ]

    assert list(geometry.unread_by_windows(**axis)) == behind


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "dilation", "expected"),
    [
        (256, 3, 1, 1, (1, 1)),
        (256, 3, 2, 1, (0, 1)),
        (255, 3, 2, 1, (1, 1)),
        (256, 4, 1, 1, (1, 2)),
        (10, 1, 4, 1, (0, 0)),
        (10, 3, 1, 2, (2, 2)),
    ],
)
def test_same_puts_the_odd_pixel_after(size, kernel, stride, dilation, expected):
    found = geometry.padding_before_after(
        size, kernel=kernel, stride=stride, dilation=dilation, padding="same"
    )

    assert found == expected


def test_valid_adds_nothing_and_a_number_adds_itself_on_both_sides():
    settings = {"kernel": 3, "stride": 1, "dilation": 1}

    assert geometry.padding_before_after(9, padding="valid", **settings) == (0, 0)
    assert geometry.padding_before_after(9, padding=4, **settings) == (4, 4)


@given(st.integers(1, 11), st.integers(1, 4))
def test_the_effective_size_spans_the_first_to_the_last_tap(kernel, dilation):
    taps = [tap * dilation for tap in range(kernel)]

    assert geometry.effective_size(kernel, dilation) == max(taps) - min(taps) + 1


@settings(max_examples=100)
@given(axes)
def test_what_lies_beyond_the_last_window_is_unread(axis):
    before, after = geometry.padding_before_after(**axis)
    end = axis["size"] + after
    reach = geometry.effective_size(axis["kernel"], axis["dilation"])
    covered = set()
    for start in range(-before, end - reach + 1, axis["stride"]):
        covered |= set(range(start, start + reach))

    unread = geometry.unread_by_windows(**axis)

    beyond = max(covered, default=-1) + 1
    assert list(unread) == list(range(axis["size"]))[beyond:]


@given(st.integers(0, 60), st.integers(2, 8))
def test_pool_windows_lie_side_by_side_and_leave_a_rest(size, pool):
    windows = [range(start, start + pool) for start in range(0, size - pool + 1, pool)]

    assert geometry.pooled_size(size, pool) == len(windows)
    assert list(geometry.unread_by_pool(size, pool)) == list(range(size))[len(windows) * pool :]


def test_two_convolutions_of_3x3_and_a_pool_of_2_see_6_pixels_2_apart():
    layer = {"kernel": 3, "stride": 1, "dilation": 1, "padding_before": 1}

    below = geometry.extend_receptive_field(AxisReceptiveField(), **layer)
    field = geometry.extend_receptive_field(below, **layer)

    assert geometry.extend_through_pool(field, 2) == AxisReceptiveField(size=6, step=2, start=-2)
    assert geometry.receptive_field([(3, 1), (3, 1), (2, 2)]).value == 6


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 40))
def test_the_block_edge_is_the_smallest_that_needs_no_more_blocks_than_given(height, width, blocks):
    edge = geometry.block_edge((height, width), blocks)

    longer = max(height, width)
    assert len(range(0, longer, edge)) <= blocks
    assert edge == 1 or len(range(0, longer, edge - 1)) > blocks


layer_axes = st.fixed_dictionaries(
    {
        "kernel": st.integers(1, 4),
        "stride": st.integers(1, 3),
        "dilation": st.integers(1, 3),
        "padding": st.integers(0, 3),
    }
)


@settings(max_examples=100)
@given(st.lists(layer_axes, min_size=1, max_size=3), st.data())
def test_what_an_output_sees_is_found_by_changing_pixel_after_pixel(layers, data):
    size, field, sizes = 40, AxisReceptiveField(), [40]
    for layer in layers:
        field = geometry.extend_receptive_field(
            field,
            kernel=layer["kernel"],
            stride=layer["stride"],
            dilation=layer["dilation"],
            padding_before=layer["padding"],
        )
        sizes.append(geometry.output_size(sizes[-1], **layer))
        assume(sizes[-1] > 0)
    index = data.draw(st.integers(0, sizes[-1] - 1))

    changed = [
        pixel for pixel in range(size) if run_ones(layers, pixel=pixel, size=size)[index] != 0
    ]

    start = field.start + index * field.step
    assert all(start <= pixel < start + field.size for pixel in changed)
    inside = start >= 0 and start + field.size <= size
    if inside and not any(layer["padding"] for layer in layers):
        assert (changed[0], changed[-1]) == (start, start + field.size - 1)


def run_ones(layers, *, pixel, size):
    """Run one lit pixel through layers of ones, along one axis, placement by placement."""
    values = np.zeros(size)
    values[pixel] = 1
    for layer in layers:
        padded = np.pad(values, layer["padding"])
        span = layer["dilation"] * (layer["kernel"] - 1)
        values = np.array(
            [
                padded[start : start + span + 1 : layer["dilation"]].sum()
                for start in range(0, len(padded) - span, layer["stride"])
            ]
        )
    return values


@given(st.lists(layer_axes, min_size=1, max_size=4))
def test_the_receptive_field_formula_agrees_with_seeing_through_each_layer(layers):
    field, sizes_and_strides = AxisReceptiveField(), []
    for layer in layers:
        reach = geometry.effective_size(layer["kernel"], layer["dilation"])
        sizes_and_strides.append((reach, layer["stride"]))
        field = geometry.extend_receptive_field(
            field,
            kernel=layer["kernel"],
            stride=layer["stride"],
            dilation=layer["dilation"],
            padding_before=0,
        )

    count = geometry.receptive_field(sizes_and_strides)

    assert count.value == field.size == evaluated(count)


def evaluated(count):
    return eval(count.formula.replace("×", "*").replace("·", "*"))


@given(
    st.integers(1, 128),
    st.tuples(st.integers(1, 11), st.integers(1, 11)),
    st.integers(1, 128),
    st.tuples(st.integers(1, 512), st.integers(1, 512)),
)
def test_every_formula_evaluates_to_its_value_and_counts_the_arrays(
    filters, kernel, channels, output_hw
):
    weight = (filters, channels, *kernel)
    counts = {
        geometry.products_per_value(kernel, channels): np.prod(weight[1:]),
        geometry.weights(filters, kernel, channels): np.prod(weight),
        geometry.parameters(filters, kernel, channels, bias=False): np.prod(weight),
        geometry.parameters(filters, kernel, channels, bias=True): np.prod(weight) + filters,
        geometry.biases(filters, bias=True): filters,
        geometry.biases(filters, bias=False): 0,
        geometry.multiply_adds(filters, kernel, channels, output_hw): np.prod(weight)
        * np.prod(output_hw),
        geometry.values(filters, output_hw): np.broadcast_to(0, (filters, *output_hw)).size,
        geometry.memory(filters, output_hw): np.broadcast_to(
            np.float32(0), (filters, *output_hw)
        ).nbytes,
    }

    for count, expected in counts.items():
        assert count.value == expected == evaluated(count)


def test_the_numbers_of_the_default_stack():
    def layer(number):
        filters, channels, *sides = StackSpec().weight_shape(number)
        kernel = (sides[0], sides[1])
        output_hw = StackSpec().output_shape(number)[1:]
        return {
            "weights": geometry.weights(filters, kernel, channels).value,
            "with bias": geometry.parameters(filters, kernel, channels, bias=True).value,
            "products": geometry.products_per_value(kernel, channels).value,
            "multiply-adds": geometry.multiply_adds(filters, kernel, channels, output_hw).value,
            "MiB": geometry.memory(filters, output_hw).value / 2**20,
        }

    assert layer(1) == {
        "weights": 1_728,
        "with bias": 1_792,
        "products": 27,
        "multiply-adds": 113_246_208,
        "MiB": 16,
    }
    assert layer(2) == {
        "weights": 18_432,
        "with bias": 18_464,
        "products": 576,
        "multiply-adds": 1_207_959_552,
        "MiB": 8,
    }
    assert geometry.receptive_field([(3, 1)]).value == 3
    assert geometry.receptive_field([(3, 1), (3, 1)]).value == 5


def test_two_layers_of_3x3_see_5x5_of_the_picture():
    layer = {"kernel": 3, "stride": 1, "dilation": 1, "padding_before": 1}

    below = geometry.extend_receptive_field(AxisReceptiveField(), **layer)
    field = geometry.extend_receptive_field(below, **layer)

    assert field == AxisReceptiveField(size=5, step=1, start=-2)


def test_a_layer_asks_the_geometry_for_each_axis_by_itself():
    spec = LayerSpec(filters=1, kernel=(3, 6), stride=2, dilation=2, padding="same")

    assert spec.effective_kernel() == (5, 11)
    assert spec.map_hw(32, 33) == (16, 17)
    assert spec.padding_hw(32, 33) == ((1, 2), (5, 5))
