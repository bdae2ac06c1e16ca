"""Pooling against its definition, and one pooled value taken apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.compute.forward import forward_layer
from app.engine.compute.pooling import pool
from app.engine.compute.trace import FilterBank, Trace
from app.engine.errors import PlaceError
from app.engine.explain.pool_window import window_of
from app.engine.spec import windows
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import reference, stacks

numbers = st.sampled_from((1, 2))
hows = st.sampled_from(("max", "average"))


@settings(max_examples=60)
@given(hows, st.integers(2, 8), st.integers(0, 9), st.integers(0, 9), st.integers(1, 3))
def test_pooling_equals_its_definition(how, size, more_rows, more_columns, threads):
    random = np.random.default_rng(size)
    maps = random.standard_normal((3, size + more_rows, size + more_columns)).astype(np.float32)

    found = pool(maps, how, size, threads=threads)

    expected = reference.pool(maps, how, size)
    assert found.dtype == np.float32
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=0 if how == "max" else 1e-6)


def test_the_rest_at_the_lower_and_right_end_is_not_read():
    maps = np.zeros((1, 5, 7), np.float32)
    maps[:, 4:] = maps[:, :, 6:] = 99

    assert not pool(maps, "max", 2).any()
    assert pool(maps, "max", 2).shape == (1, 2, 3)


def test_no_pool_returns_the_maps_themselves():
    maps = np.ones((2, 3, 4), np.float32)

    assert pool(maps, "none", 2) is maps


def test_the_result_is_made_in_memory_that_is_handed_in():
    maps, given_memory = np.ones((2, 4, 4), np.float32), np.empty((2, 2, 2), np.float32)

    assert pool(maps, "average", 2, empty=lambda shape: given_memory) is given_memory
    np.testing.assert_array_equal(given_memory, 1)


@settings(max_examples=80)
@given(stacks.traces(), numbers, st.data())
def test_the_window_of_an_output_holds_the_values_that_make_it(trace, number, data):
    channel, row, col = stacks.draw_pixel(data, trace.spec, number, pooled=True)
    layer = trace.layers[number - 1]

    found = window_of(trace, number, channel, row, col)

    size = 1 if layer.spec.pool == "none" else layer.spec.pool_size
    top, left = row * size, col * size
    block = layer.activation[channel, top : top + size, left : left + size]
    np.testing.assert_array_equal(found.values, block)
    assert found.rows.tolist() == list(range(top, top + size))
    assert found.columns.tolist() == list(range(left, left + size))
    assert found.output == float(layer.output[channel, row, col])
    if layer.spec.pool == "average":
        assert found.winner is None
        assert found.total == pytest.approx(block.mean(dtype=np.float64), abs=1e-12)
        assert abs(found.difference) <= 1e-6 * max(1, np.abs(block).max())
    else:
        assert found.winner is not None
        assert found.output == found.total == float(layer.activation[(channel, *found.winner)])
        assert found.output == block.max()
        assert found.difference == 0


def test_of_equal_values_the_first_as_one_reads_wins():
    spec = LayerSpec(filters=1, kernel=(1, 1), pool="max", activation="linear")
    stack = StackSpec(size=32, channels=1, layers=(spec, LayerSpec(filters=1)))
    image = np.zeros((1, 32, 32), np.float32)
    image[0, 0, 1] = image[0, 1, 0] = 5  # the other two of the first window are 0
    bank = FilterBank(np.ones((1, 1, 1, 1), np.float32), np.zeros(1, np.float32))
    first = forward_layer(image, stack.layers[0], bank)
    trace = Trace(stack, image, (first, first))

    assert window_of(trace, 1, 0, 0, 0).winner == (0, 1)
    assert window_of(trace, 1, 0, 7, 9).winner == (14, 18)


@pytest.mark.parametrize(
    ("place", "message"),
    [((2, 0, 0), "channel is 2"), ((0, 16, 0), "row is 16; 0 to 15"), ((0, 0, 16), "col is 16")],
)
def test_an_output_that_does_not_exist_is_refused(place, message):
    layer = LayerSpec(filters=2, pool="max")
    trace = stacks.run(StackSpec(size=32, layers=(layer, LayerSpec(filters=2))))

    with pytest.raises(PlaceError, match=message):
        window_of(trace, 1, *place)


@settings(max_examples=80)
@given(stacks.specs(), numbers)
def test_the_unread_border_is_what_no_window_reads(spec, number):
    layer, input_hw = spec.layers[number - 1], spec.input_shape(number)[1:]

    found = windows.unread_by_kernel(layer, input_hw)
    of_maps = windows.unread_by_pool(layer, input_hw)

    map_hw, output_hw = layer.map_hw(*input_hw), layer.output_hw(*input_hw)
    for axis in (0, 1):
        size = input_hw[axis]
        before = layer.padding_hw(*input_hw)[axis][0]
        read = {
            reference.place(place * layer.stride + tap * layer.dilation - before, size, mode)
            for place in range(map_hw[axis])
            for tap in range(layer.kernel[axis])
            for mode in [layer.padding_mode]
        }
        last = max((place for place in read if place is not None), default=-1)
        assert list(found[axis]) == list(range(last + 1, size))
        pool_size = 1 if layer.pool == "none" else layer.pool_size
        rest = map_hw[axis] - output_hw[axis] * pool_size
        assert list(of_maps[axis]) == list(range(map_hw[axis]))[map_hw[axis] - rest :]


def test_a_stride_of_4_leaves_the_last_rows_of_a_valid_layer_unread():
    layer = LayerSpec(filters=1, stride=4, padding="valid")

    assert windows.unread_by_kernel(layer, (34, 35)) == (range(31, 34), range(35, 35))
    assert windows.unread_by_pool(LayerSpec(filters=1, pool="max", pool_size=3), (8, 9)) == (
        range(6, 8),
        range(9, 9),
    )
