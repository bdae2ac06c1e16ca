"""Receptive fields and paths against walking every path, and against changing the picture."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.compute.forward import forward
from app.engine.compute.trace import FilterBank
from app.engine.errors import PlaceError
from app.engine.explain import receptive_field
from app.engine.explain.receptive_field import Rectangle
from app.engine.spec.geometry import AxisReceptiveField, extend_receptive_field, extend_through_pool
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import reference, stacks

numbers = st.sampled_from((1, 2))


def walk(spec, layer, place, axis, *, pooled=False):
    """Return the image row (axis 0) or column (axis 1) at the end of every path."""
    if layer == 0:
        return [place]
    below, size = spec.layers[layer - 1], spec.input_shape(layer)[1 + axis]
    if pooled and below.pool != "none":
        first = place * below.pool_size
        places = range(first, first + below.pool_size)
        return [end for one in places for end in walk(spec, layer, one, axis)]
    before = below.padding_hw(*spec.input_shape(layer)[1:])[axis][0]
    ends = []
    for tap in range(below.kernel[axis]):
        reached = place * below.stride + tap * below.dilation - before
        source = reference.place(reached, size, below.padding_mode)
        if source is not None:
            ends += walk(spec, layer - 1, source, axis, pooled=True)
    return ends


@settings(max_examples=100)
@given(stacks.specs(), numbers, st.booleans(), st.data())
def test_paths_are_counted_as_walking_each_of_them_does(spec, layer, pooled, data):
    _, *pixel = stacks.draw_pixel(data, spec, layer, pooled=pooled)

    counts = receptive_field.paths(spec, layer, *pixel, pooled=pooled)

    for axis in (0, 1):
        ends = Counter(walk(spec, layer, pixel[axis], axis, pooled=pooled))
        assert counts[axis].tolist() == [ends[place] for place in range(spec.size)]


@settings(max_examples=20)
@given(
    stacks.specs(activations=("linear",)),
    numbers,
    st.booleans(),
    st.integers(0, 2**16),
    st.data(),
)
def test_the_rows_and_columns_with_paths_are_those_that_change_the_value(
    spec, layer, pooled, seed, data
):
    trace = stacks.run(spec, seed=seed)
    channel, *pixel = stacks.draw_pixel(data, spec, layer, pooled=pooled)

    counts = receptive_field.paths(spec, layer, *pixel, pooled=pooled)

    seen = [paths > 0 for paths in counts]
    if not (seen[0].any() and seen[1].any()):
        seen = [np.zeros(spec.size, bool)] * 2  # no row matters to a pixel that sees no column
    for axis in (0, 1):
        changes = [
            changed(
                trace,
                stripe(trace.image, axis, place),
                (layer, channel, *pixel),
                pooled=pooled,
            )
            for place in range(spec.size)
        ]
        assert not any(np.array(changes) & ~seen[axis])
        # In the window of a max pool a value that loses changes nothing.
        if "max" not in [one.pool for one in spec.layers]:
            assert changes == seen[axis].tolist()


def stripe(image, axis, place):
    other = image.copy()
    at = [slice(None), slice(None), slice(None)]
    at[1 + axis] = place
    other[tuple(at)] += np.random.default_rng(place).uniform(1, 2, other[tuple(at)].shape)
    return other


def changed(trace, image, pixel, *, pooled=False):
    layer, *place = pixel
    banks = tuple(one.bank for one in trace.layers)
    pair = (run.layers[layer - 1] for run in (forward(image, trace.spec, banks), trace))
    values = [(run.output if pooled else run.activation)[tuple(place)] for run in pair]
    return bool(values[0] != values[1])


def test_exactly_the_pixels_with_paths_can_win_a_max_pool():
    layer = LayerSpec(filters=1, kernel=(2, 2), pool="max", pool_size=3, activation="linear")
    spec = StackSpec(size=32, channels=1, layers=(layer, layer))
    bank = FilterBank(np.ones((1, 1, 2, 2), np.float32), np.zeros(1, np.float32))
    trace = forward(np.zeros((1, 32, 32), np.float32), spec, (bank, bank))

    rows, columns = receptive_field.paths(spec, 2, 1, 2, pooled=True)

    for row, col in np.ndindex(32, 32):
        other = trace.image.copy()
        other[:, row, col] = 1
        wins = changed(trace, other, (2, 0, 1, 2), pooled=True)
        assert wins == (rows[row] * columns[col] > 0)


CORNERS = [("zeros", (0, 0)), ("circular", (0, 5)), ("reflect", (7, 0)), ("replicate", (7, 7))]


@pytest.mark.parametrize(("mode", "pixel"), CORNERS)
def test_exactly_the_pixels_with_paths_change_the_value(mode, pixel):
    first = LayerSpec(filters=2, kernel=(2, 3), stride=2, padding_mode=mode, activation="sigmoid")
    second = LayerSpec(filters=2, stride=2, dilation=2, padding_mode=mode, activation="linear")
    trace = stacks.run(StackSpec(size=32, channels=1, layers=(first, second)))

    rows, columns = receptive_field.paths(trace.spec, 2, *pixel)

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

    field = receptive_field.receptive_field(spec, layer, *pixel)

    grid = np.outer(*receptive_field.paths(spec, layer, *pixel))
    inside = grid[field.rows, field.columns]
    assert inside.sum() == grid.sum()
    if grid.any():
        assert all(edge.any() for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]))
    else:
        assert (field.height, field.width) == (0, 0)


def test_a_pixel_of_the_default_stack_sees_5_by_5_pixels_the_middle_ones_most_often():
    rows, columns = receptive_field.paths(StackSpec(), 2, 100, 80)

    assert receptive_field.receptive_field(StackSpec(), 2, 100, 80) == Rectangle(98, 78, 5, 5)
    assert rows[98:103].tolist() == columns[78:83].tolist() == [1, 2, 3, 2, 1]
    assert rows.sum() * columns.sum() == 81


def test_a_corner_of_the_default_stack_sees_the_part_that_lies_in_the_image():
    assert receptive_field.receptive_field(StackSpec(), 2, 0, 255) == Rectangle(0, 253, 3, 3)


def test_a_pool_of_2_between_two_layers_of_3x3_makes_a_pixel_see_8_pixels():
    layers = (LayerSpec(filters=2, pool="max"), LayerSpec(filters=2, pool="max"))
    spec = StackSpec(layers=layers)

    assert receptive_field.receptive_field(spec, 1, 50, 40, pooled=True) == Rectangle(99, 79, 4, 4)
    assert receptive_field.receptive_field(spec, 2, 50, 40) == Rectangle(97, 77, 8, 8)
    assert receptive_field.receptive_field(spec, 2, 25, 20, pooled=True) == Rectangle(
        97, 77, 10, 10
    )


def test_circular_padding_sees_the_other_side_of_the_image():
    layer = LayerSpec(filters=2, padding_mode="circular")

    rows, _ = receptive_field.paths(StackSpec(size=32, layers=(layer, layer)), 2, 0, 9)

    assert rows[[30, 31, 0, 1, 2]].tolist() == [1, 2, 3, 2, 1]
    assert rows.sum() == 9


def test_replicated_padding_counts_the_edge_for_every_tap_on_it():
    layer = LayerSpec(filters=2, kernel=(5, 5), padding_mode="replicate")

    rows, _ = receptive_field.paths(StackSpec(size=32, layers=(layer, layer)), 1, 0, 9)

    assert rows[:4].tolist() == [3, 1, 1, 0]


def test_away_from_the_edges_the_rectangle_is_that_of_the_geometry():
    first = LayerSpec(filters=2, kernel=(4, 3), stride=2, dilation=2, pool="max")
    second = LayerSpec(filters=2, kernel=(2, 5), stride=2, pool="average", pool_size=3)
    spec = StackSpec(size=192, layers=(first, second))

    field = receptive_field.receptive_field(spec, 2, 3, 4, pooled=True)

    for axis, place, found in ((0, 3, field.rows), (1, 4, field.columns)):
        seen = AxisReceptiveField()
        for number, layer in ((1, first), (2, second)):
            before = layer.padding_hw(*spec.input_shape(number)[1:])[axis][0]
            seen = extend_receptive_field(
                seen,
                kernel=layer.kernel[axis],
                stride=layer.stride,
                dilation=layer.dilation,
                padding_before=before,
            )
            seen = extend_through_pool(seen, layer.pool_size) if layer.pool != "none" else seen
        start = seen.start + place * seen.step
        assert found == slice(start, start + seen.size)


def test_a_pixel_that_lies_on_zeros_only_sees_nothing():
    first = LayerSpec(filters=2, kernel=(1, 1), padding=3)
    spec = StackSpec(size=32, layers=(first, LayerSpec(filters=2)))

    assert receptive_field.receptive_field(spec, 1, 0, 20) == Rectangle(0, 0, 0, 0)
    assert receptive_field.receptive_field(spec, 1, 3, 20) == Rectangle(0, 17, 1, 1)


@pytest.mark.parametrize("function", [receptive_field.paths, receptive_field.receptive_field])
def test_a_pixel_that_does_not_exist_is_refused(function):
    with pytest.raises(PlaceError, match="row is 256; 0 to 255 would work"):
        function(StackSpec(), 2, 256, 0)
