"""Kernels set by hand: each edit replaces one kernel and nothing else."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.compute.filters import bank_for, how_made
from app.engine.errors import SpecError
from app.engine.spec.edits import LARGEST, MOST, Edit, most_kernels
from app.engine.spec.stack import LayerSpec, StackSpec

LAPLACIAN = (0.0, 1.0, 0.0, 1.0, -4.0, 1.0, 0.0, 1.0, 0.0)


def stack(*edits: Edit, **settings: Any) -> StackSpec:
    """Return a stack whose layer 2 has 8 filters on 16 maps, and these edits."""
    second = LayerSpec(filters=8, edit=edits, **settings)
    return StackSpec(size=32, layers=(LayerSpec(filters=16), second))


@given(st.integers(0, 7), st.integers(0, 15), st.booleans())
def test_an_edit_replaces_one_kernel_and_leaves_all_others(row, channel, flip):
    edited = replace(stack(Edit(row, channel, LAPLACIAN)), flip=flip)
    before, after = (bank_for(spec, 2).weight for spec in (replace(stack(), flip=flip), edited))

    changed = np.argwhere((before != after).any(axis=(2, 3)))

    assert changed.tolist() == [[row, channel]]
    np.testing.assert_array_equal(after[row, channel].ravel(), LAPLACIAN)  # it is its own half turn


@pytest.mark.parametrize("groups", [2, 4])
def test_of_a_grouped_layer_the_channel_is_counted_among_all(groups):
    row, channel = 7, 15
    bank = bank_for(stack(Edit(row, channel, LAPLACIAN), groups=groups), 2)

    np.testing.assert_array_equal(bank.weight[row, -1].ravel(), LAPLACIAN)


@pytest.mark.parametrize(
    ("edit", "settings"),
    [
        (Edit(8, 0, LAPLACIAN), {}),
        (Edit(0, 16, LAPLACIAN), {}),
        (Edit(0, 8, LAPLACIAN), {"groups": 2}),
        (Edit(0, 0, LAPLACIAN[:4]), {}),
        (Edit(0, 0, LAPLACIAN), {"kernel": (5, 5)}),
        (Edit(0, 0, LAPLACIAN), {"kind": "separable"}),
    ],
)
def test_an_edit_that_does_not_fit_is_dropped_so_that_no_link_repeats_it(edit, settings):
    assert stack(edit, **settings) == stack(**settings)


def test_what_is_said_of_the_weights_names_the_edited_kernels():
    message = str(how_made(stack(Edit(3, 2, LAPLACIAN), Edit(0, 1, LAPLACIAN)), 2))

    assert message.endswith("Then set by hand: kernels 0.1 and 3.2 (filter and input channel).")


def test_the_name_of_a_filter_says_that_it_was_edited_and_the_others_keep_theirs():
    plain = StackSpec()
    first = replace(plain.layers[0], edit=(Edit(3, 1, LAPLACIAN), Edit(3, 2, LAPLACIAN)))

    before = bank_for(plain, 1).names
    after = bank_for(replace(plain, layers=(first, plain.layers[1])), 1).names

    assert str(after[3]) == f"{before[3]}, in part set by hand"
    assert (*after[:3], *after[4:]) == (*before[:3], *before[4:])


def test_the_order_in_which_edits_are_given_makes_no_difference():
    one, other = Edit(3, 2, LAPLACIAN), Edit(0, 1, LAPLACIAN)

    assert stack(one, other) == stack(other, one)


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(row, 0, LAPLACIAN) for row in range(MOST + 1)],
        [Edit(row, 0, (1.0,) * 121) for row in range(3)],
        [Edit(0, 0, LAPLACIAN)] * 2,
        [Edit(0, 0, (float("nan"),))],
        [Edit(0, 0, (2 * LARGEST,))],
    ],
)
def test_edits_that_no_layer_could_take_are_refused(edits):
    with pytest.raises(SpecError) as raised:
        stack(*edits)

    assert raised.value.field == "edit"
    assert "would work" in str(raised.value)


@pytest.mark.parametrize("side", range(1, 12))
def test_as_many_kernels_can_be_set_as_the_editor_says_and_no_more(side):
    most, weights = most_kernels((side, side)), (1.0,) * side**2

    LayerSpec(filters=32, edit=tuple(Edit(row, 0, weights) for row in range(most)))
    with pytest.raises(SpecError):
        LayerSpec(filters=32, edit=tuple(Edit(row, 0, weights) for row in range(most + 1)))
