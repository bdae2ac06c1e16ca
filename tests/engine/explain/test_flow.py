"""What flows into each filter, against the whole contributions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.errors import PlaceError
from app.engine.explain import flow, fold
from tests.engine import stacks

numbers = st.sampled_from((1, 2))


def all_contributions(trace, number):
    """Return every contribution of a layer at full size, (C, F, H', W')."""
    filters = trace.spec.output_shape(number)[0]
    return np.stack([fold.contributions(trace, number, f) for f in range(filters)], axis=1)


@settings(max_examples=40)
@given(stacks.traces(), numbers)
def test_the_means_are_those_of_the_whole_contributions(trace, number):
    whole = all_contributions(trace, number)

    expected = whole.mean(axis=(2, 3), dtype=np.float64)
    np.testing.assert_allclose(
        flow.mean_contributions(trace, number), expected, rtol=1e-4, atol=1e-5 * np.abs(whole).max()
    )


@settings(max_examples=40)
@given(stacks.traces(), numbers, st.sampled_from((1, 3, 7)))
def test_the_sizes_are_means_over_every_few_rows_and_columns(trace, number, every):
    whole = all_contributions(trace, number)
    rows, columns = (slice(min(every, size) // 2, None, every) for size in whole.shape[2:])

    expected = np.abs(whole[:, :, rows, columns]).mean(axis=(2, 3), dtype=np.float64)
    np.testing.assert_allclose(
        flow.mean_sizes(trace, number, every=every),
        expected,
        rtol=1e-4,
        atol=1e-5 * np.abs(whole).max(),
    )


@given(stacks.traces())
def test_there_is_no_third_layer(trace):
    for measure in (flow.mean_contributions, flow.mean_sizes):
        with pytest.raises(PlaceError):
            measure(trace, 3)
