"""Receptive fields and paths against walking every path, and against changing the picture."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import sight
from app.engine.errors import PlaceError
from app.engine.geometry import Sight, see_through
from app.engine.sight import Rectangle
from app.engine.spec import LayerSpec, StackSpec
from app.engine.stack import forward
from tests.engine import reference, stacks

numbers = st.sampled_from((1, 2))


def walk(spec, layer, place, axis):
    """Return the image row (axis 0) or column (axis 1) at the end of every path."""
    if layer == 0:
        return [place]
    below, size = spec.layers[layer - 1], spec.input_shape(layer)[1 + axis]
    before = below.padding_hw(*spec.input_shape(layer)[1:])[axis][0]
    ends = []
    for tap in range(below.kernel[axis]):
        reached = place * below.stride + tap * below.dilation - before
        source = reference.place(reached, size, below.padding_mode)
        if source is not None:
            ends += walk(spec, layer - 1, source, axis)
    return ends


@settings(max_examples=100)
@given(stacks.specs(), numbers, st.data())
def test_paths_are_counted_as_walking_each_of_them_does(spec, layer, data):
    _, *pixel = stacks.draw_pixel(data, spec, layer)

    counts = sight.paths(spec, layer, *pixel)

    for axis in (0, 1):
        ends = Counter(walk(spec, layer, pixel[axis], axis))
        assert counts[axis].tolist() == [ends[place] for place in range(spec.size)]


@settings(max_examples=20)
@given(stacks.specs(activations=("linear",)), numbers, st.integers(0, 2**16), st.data())
def test_the_rows_and_columns_with_paths_are_those_that_change_the_value(spec, layer, seed, data):
    trace = stacks.run(spec, seed=seed)
    channel, *pixel = stacks.draw_pixel(data, spec, layer)

    counts = sight.paths(spec, layer, *pixel)

    seen = [paths > 0 for paths in counts]
    if not (seen[0].any() and seen[1].any()):
        seen = [np.zeros(spec.size, bool)] * 2  # no row matters to a pixel that sees no column
    for axis in (0, 1):
        changes = [
            changed(trace, stripe(trace.image, axis, place), (layer, channel, *pixel))
            for place in range(spec.size)
        ]
        assert changes == seen[axis].tolist()


def stripe(image, axis, place):
    other = image.copy()
    at = [slice(None), slice(None), slice(None)]
    at[1 + axis] = place
    other[tuple(at)] += np.random.default_rng(place).uniform(1, 2, other[tuple(at)].shape)
    return other


def changed(trace, image, pixel):
    layer, *place = pixel
    banks = tuple(one.bank for one in trace.layers)
    other = forward(image, trace.spec, banks).layers[layer - 1].activation[tuple(place)]
    return bool(other != trace.layers[layer - 1].activation[tuple(place)])


CORNERS = [("zeros", (0, 0)), ("circular", (0, 5)), ("reflect", (7, 0)), ("replicate", (7, 7))]


@pytest.mark.parametrize(("mode", "pixel"), CORNERS)
def test_exactly_the_pixels_with_paths_change_the_value(mode, pixel):
    first = LayerSpec(filters=2, kernel=(2, 3), stride=2, padding_mode=mode, activation="sigmoid")
    second = LayerSpec(filters=2, stride=2, dilation=2, padding_mode=mode, activation="linear")
    trace = stacks.run(StackSpec(size=32, channels=1, layers=(first, second)))

    rows, columns = sight.paths(trace.spec, 2, *pixel)

    for row, col in np.ndindex(32, 32):
        other = trace.image.copy()
        other[:, row, col] += 1
        assert changed(trace, other, (2, 1, *pixel)) == (rows[row] * columns[col] > 0)


@settings(max_examples=60)
@given(stacks.specs(), numbers, st.data())
def test_the_receptive_field_is_the_smallest_rectangle_with_all_pixels_that_have_paths(
    spec, layer, data
):
    _, *pixel = stacks.draw_pixel(data, spec, layer)

    field = sight.receptive_field(spec, layer, *pixel)

    grid = np.outer(*sight.paths(spec, layer, *pixel))
    inside = grid[field.rows, field.columns]
    assert inside.sum() == grid.sum()
    if grid.any():
        assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))
    else:
        assert (field.height, field.width) == (0, 0)


def test_a_pixel_of_the_default_stack_sees_5_by_5_pixels_the_middle_ones_most_often():
    rows, columns = sight.paths(StackSpec(), 2, 100, 80)

    assert sight.receptive_field(StackSpec(), 2, 100, 80) == Rectangle(98, 78, 5, 5)
    assert rows[98:103].tolist() == columns[78:83].tolist() == [1, 2, 3, 2, 1]
    assert rows.sum() * columns.sum() == 81


def test_a_corner_of_the_default_stack_sees_the_part_that_lies_in_the_image():
    assert sight.receptive_field(StackSpec(), 2, 0, 255) == Rectangle(0, 253, 3, 3)


def test_circular_padding_sees_the_other_side_of_the_image():
    layers = tuple(LayerSpec(filters=2, padding_mode="circular") for _ in range(2))

    rows, _ = sight.paths(StackSpec(size=32, layers=layers), 2, 0, 9)

    assert rows[[30, 31, 0, 1, 2]].tolist() == [1, 2, 3, 2, 1]
    assert rows.sum() == 9


def test_replicated_padding_counts_the_edge_for_every_tap_on_it():
    layer = LayerSpec(filters=2, kernel=(5, 5), padding_mode="replicate")

    rows, _ = sight.paths(StackSpec(size=32, layers=(layer, layer)), 1, 0, 9)

    assert rows[:4].tolist() == [3, 1, 1, 0]


def test_away_from_the_edges_the_rectangle_is_that_of_the_geometry():
    first = LayerSpec(filters=2, kernel=(4, 3), stride=2, dilation=2)
    second = LayerSpec(filters=2, kernel=(2, 5), stride=2)
    spec = StackSpec(size=96, layers=(first, second))

    field = sight.receptive_field(spec, 2, 11, 12)

    for axis, place, found in ((0, 11, field.rows), (1, 12, field.columns)):
        seen = Sight()
        for number, layer in ((1, first), (2, second)):
            before = layer.padding_hw(*spec.input_shape(number)[1:])[axis][0]
            seen = see_through(
                seen,
                kernel=layer.kernel[axis],
                stride=layer.stride,
                dilation=layer.dilation,
                padding_before=before,
            )
        start = seen.start + place * seen.step
        assert found == slice(start, start + seen.size)


def test_a_pixel_that_lies_on_zeros_only_sees_nothing():
    first = LayerSpec(filters=2, kernel=(1, 1), padding=3)
    spec = StackSpec(size=32, layers=(first, LayerSpec(filters=2)))

    assert sight.receptive_field(spec, 1, 0, 20) == Rectangle(0, 0, 0, 0)
    assert sight.receptive_field(spec, 1, 3, 20) == Rectangle(0, 17, 1, 1)


@pytest.mark.parametrize("function", [sight.paths, sight.receptive_field])
def test_a_pixel_that_does_not_exist_is_refused(function):
    with pytest.raises(PlaceError, match="row is 256; 0 to 255 would work"):
        function(StackSpec(), 2, 256, 0)
