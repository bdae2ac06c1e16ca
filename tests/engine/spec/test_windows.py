"""The index arithmetic of windows against a picture that was really padded."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.errors import PlaceError
from app.engine.spec import windows
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import reference, stacks


@given(st.sampled_from(stacks.MODES), st.integers(2, 9), st.data())
def test_a_place_on_padding_repeats_the_input_that_its_mode_says(mode, size, data):
    place = data.draw(st.integers(1 - size, 2 * size - 2))

    (source,) = windows.padding_sources(np.array([place]), size, mode)

    expected = reference.place(place, size, mode)
    assert source == (windows.OUTSIDE if expected is None else expected)


@settings(max_examples=60)
@given(stacks.specs(), st.sampled_from((1, 2)))
def test_windows_read_what_lies_under_them_in_the_padded_input(spec, number):
    layer, (_, height, width) = spec.layers[number - 1], spec.input_shape(number)
    numbered = np.arange(1.0, 1 + height * width).reshape(1, height, width)

    rows, columns = windows.tap_sources(layer, (height, width))

    padded = np.pad(numbered[0], ((0, 1), (0, 1)))  # OUTSIDE, the last, is zero
    found = padded[rows[:, None, :, None], columns[None, :, None, :]]
    np.testing.assert_array_equal(found, stacks.windows_of(numbered, layer)[0])


def test_taps_of_a_dilated_window_lie_apart_and_begin_on_the_padding():
    layer = LayerSpec(filters=1, kernel=(3, 2), stride=4, dilation=2, padding=1)

    rows, columns = windows.tap_positions(layer, (7, 8))

    assert rows.tolist() == [[-1, 1, 3], [3, 5, 7]]
    assert columns.tolist() == [[-1, 1], [3, 5]]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"layer": 3}, "layer is 3; 1 to 2 would work."),
        ({"layer": 0}, "layer is 0; 1 to 2 would work."),
        ({"layer": 1, "channel": 64}, "channel is 64; 0 to 63 would work."),
        ({"layer": 2, "channel": -1}, "channel is -1; 0 to 31 would work."),
        ({"layer": 2, "row": 256}, "row is 256; 0 to 255 would work."),
        ({"layer": 2, "col": -3}, "col is -3; 0 to 255 would work."),
    ],
)
def test_a_place_that_does_not_exist_is_refused_with_those_that_do(place, message):
    with pytest.raises(PlaceError) as refused:
        windows.check_place(StackSpec(), **place)

    assert str(refused.value) == message
    assert refused.value.field == message.split()[0]
