"""Where a channel goes, against the folds of all maps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.errors import PlaceError
from app.engine.explain import fold
from app.engine.explain.reach import contributions_of
from tests.engine import stacks


@settings(max_examples=40)
@given(stacks.traces(), st.sampled_from((1, 2)), st.data())
def test_what_a_channel_adds_to_each_map_is_what_the_fold_of_the_map_says(trace, layer, data):
    channel = data.draw(st.integers(0, trace.spec.input_shape(layer)[0] - 1))
    filters = trace.spec.output_shape(layer)[0]

    found = contributions_of(trace, layer, channel)

    expected = np.stack([fold.contributions(trace, layer, f)[channel] for f in range(filters)])
    scale = max(1, np.abs(expected).max())
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6 * scale)


@given(stacks.traces())
@settings(max_examples=3)
def test_a_channel_that_is_not_there_is_refused(trace):
    with pytest.raises(PlaceError, match="channel is 1000"):
        contributions_of(trace, 2, 1000)
