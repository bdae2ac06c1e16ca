"""The grids of the stage fill their boxes, and usual counts stand as they always do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lab.pieces.grid_plan import INPUTS, OUTPUTS, grid_plan

counts = st.integers(1, 128)


@pytest.mark.parametrize(
    ("count", "box", "columns", "rows"),
    [
        (64, INPUTS, 8, 8),
        (32, OUTPUTS, 4, 8),
        (128, INPUTS, 8, 16),
        (3, INPUTS, 3, 1),
        (1, OUTPUTS, 1, 1),
    ],
)
def test_usual_counts_have_their_usual_places(count, box, columns, rows):
    plan = grid_plan(count, box)

    assert (plan.columns, plan.rows) == (columns, rows)


@given(counts, st.sampled_from((INPUTS, OUTPUTS)))
def test_every_tile_has_a_place_and_no_row_is_empty(count, box):
    plan = grid_plan(count, box)

    assert plan.columns * (plan.rows - 1) < count <= plan.columns * plan.rows
