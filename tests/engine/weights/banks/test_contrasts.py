"""Edges, lines, spots and Gabor functions compare two means and answer to what their names say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.weights.banks.patterns import wavelength
from app.engine.weights.banks.table import BANKS
from tests.engine.weights.banks.requests import asked, requests

SIDE = st.integers(3, 11)
COMPARING = ("edges", "lines", "spots", "gabor", "opponents")
COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
TOWARDS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
ALONG = {"horizontal": (0, 1), "rising": (-1, 1), "vertical": (1, 0), "falling": (1, 1)}


def answers(name, picture):
    """Return what every brightness filter of a bank gives to a picture of the size of its kernel."""
    made = BANKS[name].make(asked(filters=8, channels=1, kernel=len(picture)))
    return dict(
        zip(map(str, made.names), (made.weight[:, 0] * picture).sum(axis=(1, 2)), strict=True)
    )


def places(side):
    return np.mgrid[:side, :side] - (side - 1) / 2


@pytest.mark.parametrize("name", COMPARING)
@given(request=requests(kernels=SIDE))
@settings(max_examples=30, deadline=None)
def test_weights_above_zero_sum_to_1_and_those_below_to_minus_1(name, request):
    if BANKS[name].why_not(request):
        return
    weight = BANKS[name].make(request).weight.astype(float)

    np.testing.assert_allclose(np.maximum(weight, 0).sum(axis=(1, 2, 3)), 1, atol=1e-5)
    np.testing.assert_allclose(np.minimum(weight, 0).sum(axis=(1, 2, 3)), -1, atol=1e-5)


def test_edges_of_3_by_3_along_the_axes_are_sobels():
    weight = BANKS["edges"].make(asked()).weight
    sobel = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]) / 4

    for turns, direction in enumerate((0, 6, 4, 2)):  # a quarter turn left each
        np.testing.assert_allclose(weight[direction].sum(axis=0), np.rot90(sobel, turns), atol=1e-7)


@pytest.mark.parametrize("side", [2, 3, 4, 7, 11])
@pytest.mark.parametrize("direction", range(8))
def test_an_edge_answers_most_to_a_step_that_is_bright_on_its_side(direction, side):
    rows, columns = places(side)
    down, right = TOWARDS[direction]
    given_ = answers("edges", np.sign(down * rows + right * columns))

    # Of 2 × 2, a step along an axis is as much to the slanting edges beside it.
    assert given_[f"Edge to the {COMPASS[direction]}"] == pytest.approx(max(given_.values()))
    assert side == 2 or sum(value > 0.99 * max(given_.values()) for value in given_.values()) == 1


@pytest.mark.parametrize("side", [3, 5, 11])
@pytest.mark.parametrize("word", ALONG)
@pytest.mark.parametrize(("tone", "sign"), [("Bright", 1), ("Dark", -1)])
def test_a_line_answers_most_to_its_own_line(word, side, tone, sign):
    rows, columns = places(side)
    down, right = ALONG[word]
    drawn = np.where(np.abs(rows * right - columns * down) < side / 5, sign, 0)
    given_ = answers("lines", drawn)

    assert max(given_, key=given_.get) == f"{tone} line, {word}"


@pytest.mark.parametrize("side", [3, 6, 11])
def test_a_spot_is_brightest_in_the_middle_and_the_same_on_all_sides(side):
    weight = BANKS["spots"].make(asked(filters=8, channels=1, kernel=side)).weight[:, 0]
    middle = (side - 1) // 2

    for bright, dark in zip(weight[:4], weight[4:], strict=True):
        assert bright[middle, middle] == bright.max() > 0 > bright[0, 0] == bright.min()
        np.testing.assert_allclose(bright, np.rot90(bright), atol=1e-7)
        np.testing.assert_array_equal(bright, -dark)
    widths = [(spot > 0).sum() for spot in weight[:4]]
    assert widths == sorted(widths)


@pytest.mark.parametrize("side", [7, 9, 11])
def test_the_spectrum_of_a_gabor_function_peaks_across_its_stripes_at_their_wavelength(side):
    weight = BANKS["gabor"].make(asked(filters=64, channels=1, kernel=side)).weight[:, 0]

    for index, kernel in enumerate(weight.astype(float)):
        spectrum = np.abs(np.fft.fft2(kernel, (256, 256)))
        peak = np.unravel_index(spectrum.argmax(), spectrum.shape)
        down, right = np.fft.fftfreq(256)[list(peak)]
        runs = np.rad2deg(np.arctan2(right, down))  # a right angle from the peak, counted upwards
        assert abs((runs - 22.5 * (index % 8) + 90) % 180 - 90) < 4
        expected = wavelength((side, side), index // 32)
        assert 1 / np.hypot(down, right) == pytest.approx(expected, rel=0.2)


def test_phases_half_a_stripe_apart_are_opposite():
    weight = BANKS["gabor"].make(asked(kernel=9)).weight

    for row in (0, 1, 4, 5):
        np.testing.assert_allclose(
            weight[8 * row : 8 * row + 8], -weight[8 * row + 16 : 8 * row + 24], atol=1e-7
        )


@pytest.mark.parametrize("name", ["edges", "lines", "spots", "gabor"])
def test_filters_stay_as_they_are_when_more_are_asked_for_up_to_64(name):
    few, many = (BANKS[name].make(asked(filters=filters)).weight for filters in (11, 64))

    np.testing.assert_array_equal(few, many[:11])
