"""The wall against the real contributions, and muting against arithmetic by hand."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.compute.filters import bank_for
from app.engine.compute.forward import forward, forward_layer
from app.engine.compute.trace import Trace
from app.engine.errors import PlaceError
from app.engine.explain import fold, wall
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import stacks

MIB = 2**20
numbers = st.sampled_from((1, 2))
PLAIN = StackSpec(size=32, layers=(LayerSpec(filters=5), LayerSpec(filters=4)))


def all_contributions(trace, number):
    """Return every contribution of a layer at full size, (C, F, H', W')."""
    filters = trace.spec.output_shape(number)[0]
    return np.stack([fold.contributions(trace, number, f) for f in range(filters)], axis=1)


def blockwise(maps, blocks):
    """Return the mean of each block of (..., H, W), one after the other."""
    height, width = maps.shape[-2:]
    edge = int(np.ceil(max(height, width) / blocks))
    rows = [
        [
            maps[..., top : top + edge, left : left + edge].mean(axis=(-2, -1), dtype=np.float64)
            for left in range(0, width, edge)
        ]
        for top in range(0, height, edge)
    ]
    return np.moveaxis(np.array(rows), (0, 1), (-2, -1))


@settings(max_examples=50)
@given(stacks.traces(), numbers, st.integers(1, 40), st.integers(1, 2))
def test_the_small_pictures_are_the_block_means_of_the_real_contributions(
    trace, number, blocks, threads
):
    real = all_contributions(trace, number)

    found = wall.block_mean_contributions(trace, number, blocks=blocks, threads=threads)

    assert found.dtype == np.float32
    np.testing.assert_allclose(
        found, blockwise(real, blocks), rtol=0, atol=2e-6 * max(1, np.abs(real).max())
    )


@settings(max_examples=50)
@given(stacks.traces(), numbers, st.integers(1, 40))
def test_the_mean_of_a_whole_contribution_comes_from_its_blocks(trace, number, blocks):
    real = all_contributions(trace, number)
    pictures = wall.block_mean_contributions(trace, number, blocks=blocks)

    found = wall.whole_means(pictures, trace.spec.map_shape(number)[1:], blocks=blocks)

    assert found.shape == pictures.shape[:2]
    expected = real.mean(axis=(2, 3), dtype=np.float64)
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6 * max(1, np.abs(real).max()))


@settings(max_examples=40)
@given(stacks.traces(), numbers, st.integers(1, 40))
def test_each_row_and_its_bias_add_up_to_the_small_picture_of_the_output(trace, number, blocks):
    layer = trace.layers[number - 1]

    pictures = wall.block_mean_contributions(trace, number, blocks=blocks)
    outputs = wall.block_means(layer.preactivation, blocks=blocks)

    scale = max(1, np.abs(pictures).sum(axis=0).max())
    found = pictures.sum(axis=0) + layer.bank.bias[:, None, None]
    np.testing.assert_allclose(found, outputs, rtol=0, atol=3e-6 * scale)
    np.testing.assert_allclose(
        outputs, blockwise(layer.preactivation, blocks), rtol=0, atol=2e-6 * scale
    )


@pytest.mark.parametrize("blocks", [32, 50])
def test_maps_with_no_more_pixels_than_blocks_are_not_averaged(blocks):
    trace = stacks.run(PLAIN)

    pictures = wall.block_mean_contributions(trace, 2, blocks=blocks)

    np.testing.assert_allclose(pictures, all_contributions(trace, 2), rtol=0, atol=2e-6)


def test_the_wall_of_the_default_stack_needs_little_beyond_its_pictures():
    spec = StackSpec(size=128)
    image = np.random.default_rng(0).random(spec.input_shape(1)).astype(np.float32)
    trace = forward(image, spec, (bank_for(spec, 1), bank_for(spec, 2)))
    tracemalloc.start()

    pictures = wall.block_mean_contributions(trace, 2)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pictures.shape == (64, 32, 16, 16)
    assert peak <= pictures.nbytes + 2 * MIB


def test_muting_gives_a_read_only_copy_with_these_channels_zero():
    maps = np.random.default_rng(1).standard_normal((5, 3, 4)).astype(np.float32)
    before = maps.copy()

    muted = wall.mute(maps, {3, 0})

    assert muted.any(axis=(1, 2)).tolist() == [False, True, True, False, True]
    np.testing.assert_array_equal(muted[[1, 2, 4]], before[[1, 2, 4]])
    np.testing.assert_array_equal(maps, before)
    with pytest.raises(ValueError, match="read-only"):
        muted[1] = 0


def test_muting_nothing_changes_nothing():
    maps = np.ones((2, 3, 3), np.float32)

    np.testing.assert_array_equal(wall.mute(maps, ()), maps)


@pytest.mark.parametrize("channel", [-1, 5])
def test_a_channel_that_does_not_exist_cannot_be_muted(channel):
    with pytest.raises(PlaceError, match=f"channel is {channel}; 0 to 4 would work"):
        wall.mute(np.ones((5, 2, 2), np.float32), [1, channel])


def test_a_muted_map_has_an_empty_column_on_the_wall():
    trace = stacks.run(PLAIN)
    heard = wall.mute(trace.layers[0].activation, {2})
    second = forward_layer(heard, PLAIN.layers[1], trace.layers[1].bank)

    pictures = wall.block_mean_contributions(
        Trace(PLAIN, trace.image, (trace.layers[0], second), heard), 2
    )

    assert pictures.any(axis=(1, 2, 3)).tolist() == [True, True, False, True, True]


def test_changes_are_measured_against_each_map_s_own_size():
    before = np.array([[[3, 4]], [[1, 1]], [[0, 0]], [[0, 0]], [[2, 2]]], np.float32)
    after = np.array([[[3, 14]], [[1, 1]], [[0, 0]], [[0, 5]], [[2, -2]]], np.float32)

    found = wall.changes(before, after)

    # Root mean squares: of the first √(100 / 2) by √(25 / 2), of the last √(16 / 2) by 2.
    np.testing.assert_allclose(found.relative, [2, 0, 0, np.inf, np.sqrt(2)])
    assert found.greatest.tolist() == [10, 0, 0, 5, 4]
    assert found.order == (3, 0, 4, 1, 2)


def test_equal_changes_are_ordered_by_the_greatest_and_then_by_number():
    before = np.array([[[1, 1]], [[1, 1]], [[2, 2]], [[1, 1]]], np.float32)
    after = np.array([[[2, 2]], [[2, 2]], [[4, 4]], [[1, 1]]], np.float32)

    assert wall.changes(before, after).order == (2, 0, 1, 3)


def test_muting_a_map_changes_the_filters_of_its_group_only():
    spec = replace(PLAIN, layers=(LayerSpec(filters=6), LayerSpec(filters=4, groups=2)))
    trace = stacks.run(spec)
    heard = wall.mute(trace.layers[0].activation, {1})

    second = forward_layer(heard, spec.layers[1], trace.layers[1].bank)

    found = wall.changes(trace.layers[1].preactivation, second.preactivation)
    assert (found.relative > 0).tolist() == [True, True, False, False]
