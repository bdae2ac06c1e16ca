"""Opponents, blurs, cosines and copies: what they do to colours, plain pictures and windows."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.compute.conv import conv2d
from app.engine.spec.layer import LayerSpec
from app.engine.weights.banks.blurs import deviations
from app.engine.weights.banks.table import BANKS
from app.engine.weights.request import BankRequest
from tests.engine.weights.banks.requests import asked, requests


def maps_of(name, request, picture):
    made = BANKS[name].make(request)
    spec = LayerSpec(filters=request.filters, kernel=request.kernel, groups=request.groups)
    return conv2d(picture.astype(np.float32), made.weight, made.bias, spec)


@pytest.mark.parametrize("kernel", [1, 3, 6])
def test_colour_opponents_are_blind_to_a_grey_picture(kernel):
    grey = np.repeat(np.random.default_rng(4).uniform(-0.5, 0.5, (1, 12, 12)), 3, axis=0)
    filters = 8 if kernel == 1 else 64

    np.testing.assert_allclose(
        maps_of("opponents", asked(1, filters, 3, kernel), grey), 0, atol=1e-6
    )


@pytest.mark.parametrize("channels", [2, 5, 64])
def test_opponents_of_maps_are_blind_to_what_all_maps_have_alike(channels):
    alike = np.repeat(np.random.default_rng(4).uniform(0, 1, (1, 9, 9)), channels, axis=0)

    np.testing.assert_allclose(maps_of("opponents", asked(2, 16, channels), alike), 0, atol=1e-6)


def test_an_opponent_area_gives_what_its_colour_has_more():
    colour = np.array([0.4, 0.1, -0.2])[:, None, None] * np.ones((3, 9, 9))
    inside = maps_of("opponents", asked(filters=8), colour)[:, 4, 4]

    expected = [0.3, -0.3, -0.45, 0.45, 0.45, -0.45, 0, 0]  # of red, blue, red and green, both ways
    np.testing.assert_allclose(inside, expected, atol=1e-6)


def test_opposed_maps_are_half_a_round_apart():
    weight = BANKS["opponents"].make(asked(2, 8, 64)).weight.sum(axis=(2, 3))  # (8, 64)

    for part, row in enumerate(weight):
        np.testing.assert_allclose(row[np.arange(64) % 8 == part], 1 / 8, atol=1e-6)
        np.testing.assert_allclose(row[np.arange(64) % 8 == (part + 4) % 8], -1 / 8, atol=1e-6)
        assert np.count_nonzero(row) == 16


@given(request=requests())
@settings(max_examples=50, deadline=None)
def test_the_weights_of_a_blur_are_not_negative_and_sum_to_1(request):
    weight = BANKS["blur"].make(request).weight

    assert weight.min() >= 0
    np.testing.assert_allclose(weight.sum(axis=(1, 2, 3), dtype=float), 1, atol=1e-5)


@pytest.mark.parametrize(("number", "filters", "channels"), [(1, 64, 3), (2, 32, 64), (1, 5, 1)])
def test_blurs_get_coarser_from_level_to_level_in_equal_ratios(number, filters, channels):
    request = asked(number, filters, channels, 11)
    sizes = deviations(request)
    kernels = BANKS["blur"].make(request).weight.sum(axis=1, dtype=float)  # (F, 11, 11)
    rows = np.arange(11) - 5
    spreads = np.sqrt((kernels.sum(axis=2) * rows**2).sum(axis=1))

    ratios = np.divide(sizes[1:], sizes[:-1])
    np.testing.assert_allclose(ratios, ratios[0])
    assert ratios[0] > 1
    assert (np.diff(spreads) > -1e-6).all()
    assert spreads[0] == pytest.approx(sizes[0], rel=0.01)  # a fine one is hardly cut


def test_each_level_blurs_every_colour_by_itself():
    weight = BANKS["blur"].make(asked()).weight

    for index, one in enumerate(weight):
        np.testing.assert_allclose(one.sum(axis=(1, 2)), np.eye(3)[index % 3], atol=1e-6)


@pytest.mark.parametrize(
    ("kernel", "channels"), [((3, 3), 3), ((5, 2), 1), ((4, 4), 5), ((1, 1), 7)]
)
def test_all_cosines_are_orthonormal(kernel, channels):
    count = kernel[0] * kernel[1] * channels
    number = 1 if channels in (1, 3) else 2
    request = BankRequest(number=number, filters=count, channels=channels, kernel=kernel)
    flat = BANKS["dct"].make(request).weight.reshape(count, -1).astype(float)

    np.testing.assert_allclose(flat @ flat.T, np.eye(count), atol=1e-6)


def test_cosines_are_those_of_the_definition():
    weight = BANKS["dct"].make(asked(filters=9, channels=1)).weight[:, 0]
    order = [(0, 0), (0, 1), (1, 0), (0, 2), (1, 1), (2, 0), (1, 2), (2, 1), (2, 2)]

    for kernel, (u, v) in zip(weight, order, strict=True):
        for x in range(3):
            for y in range(3):
                scale = math.sqrt((1 if u == 0 else 2) / 3) * math.sqrt((1 if v == 0 else 2) / 3)
                wave = math.cos(math.pi * (2 * x + 1) * u / 6) * math.cos(
                    math.pi * (2 * y + 1) * v / 6
                )
                assert kernel[x, y] == pytest.approx(scale * wave, abs=1e-7)


@given(
    kernel=st.tuples(st.integers(1, 11), st.integers(1, 11)),
    channels=st.sampled_from((1, 3)),
    filters=st.integers(1, 7),
)
@settings(max_examples=40, deadline=None)
def test_map_i_of_the_identity_is_channel_i_by_the_number_of_channels(kernel, channels, filters):
    picture = np.random.default_rng(9).normal(size=(channels, 6, 7)).astype(np.float32)
    request = BankRequest(number=1, filters=filters, channels=channels, kernel=kernel)

    maps = maps_of("identity", request, picture)

    np.testing.assert_array_equal(maps, picture[np.arange(filters) % channels])


def test_the_identity_of_a_layer_in_groups_copies_every_channel():
    picture = np.random.default_rng(9).normal(size=(6, 5, 5)).astype(np.float32)

    maps = maps_of("identity", asked(2, 6, 2, groups=3), picture)

    np.testing.assert_array_equal(maps, picture)
