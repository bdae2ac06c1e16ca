"""Random weights: the variances of the papers, the distributions, right angles, and links that keep them."""

import math

import numpy as np
import pytest

from app.engine.compute.filters import bank_for
from app.engine.spec.layer import LayerSpec
from app.engine.spec.stack import StackSpec
from app.engine.weights.banks.table import BANKS
from app.engine.weights.initialisers import (
    TRUNCATED_DEVIATION,
    TRUNCATION,
    deviation,
    draw,
    orthogonal,
)
from tests.engine.weights.banks.requests import asked

MANY = asked(2, 128, 64, 5)  # 204,800 weights; 1,600 products in, 3,200 out
VARIANCES = {"he": 2 / 1600, "glorot": 2 / (1600 + 3200), "lecun": 1 / 1600}


def weights(request, **how):
    changed = type(request)(**{**vars(request), **how})
    return BANKS["random"].make(changed).weight


@pytest.mark.parametrize("initialiser", VARIANCES)
@pytest.mark.parametrize("distribution", ["normal", "uniform", "truncated"])
def test_the_variance_is_that_of_the_initialiser_whatever_the_distribution(
    initialiser, distribution
):
    weight = weights(MANY, initialiser=initialiser, distribution=distribution).astype(float)
    expected = VARIANCES[initialiser]

    assert weight.var() == pytest.approx(expected, rel=0.015)  # 4 deviations of a normal's: 0.0125
    assert abs(weight.mean()) < 4 * math.sqrt(expected / weight.size)


def test_a_uniform_distribution_fills_its_range_evenly():
    weight = draw([1, 2], (200_000,), 1.0, "uniform")
    counts, _ = np.histogram(weight, bins=20, range=(-math.sqrt(3), math.sqrt(3)))

    assert counts.sum() == 200_000
    assert np.abs(counts - 10_000).max() < 450  # 4.6 deviations


def test_a_truncated_normal_has_no_tails_and_otherwise_the_shape_of_a_normal():
    weight = draw([1, 2], (200_000,), TRUNCATED_DEVIATION, "truncated").astype(float)
    inside = math.erf(TRUNCATION / math.sqrt(2))

    assert np.abs(weight).max() <= TRUNCATION
    for bound in (0.5, 1.0, 1.5):
        share = math.erf(bound / math.sqrt(2)) / inside
        assert (np.abs(weight) < bound).mean() == pytest.approx(share, abs=0.005)


def test_the_deviation_that_a_cut_leaves_is_that_of_the_formula():
    density = math.exp(-(TRUNCATION**2) / 2) / math.sqrt(2 * math.pi)
    inside = math.erf(TRUNCATION / math.sqrt(2))

    assert math.sqrt(1 - 2 * TRUNCATION * density / inside) == pytest.approx(
        TRUNCATED_DEVIATION, abs=1e-12
    )


def test_he_counts_on_an_activation_that_halves_only_where_there_is_one():
    assert deviation("he", 18, 7) == pytest.approx(1 / 3)
    assert deviation("he", 18, 7, rectified=False) == pytest.approx(math.sqrt(1 / 18))
    assert deviation("lecun", 18, 7, rectified=False) == deviation("lecun", 18, 7)


@pytest.mark.parametrize("shape", [(64, 3, 5, 5), (32, 64, 3, 3), (1, 3, 3, 3), (27, 3, 3, 3)])
def test_orthogonal_filters_have_length_1_and_stand_at_right_angles(shape):
    flat = orthogonal([3, 1], shape).reshape(shape[0], -1).astype(float)

    np.testing.assert_allclose(flat @ flat.T, np.eye(shape[0]), atol=1e-6)


def test_more_orthogonal_filters_than_values_have_orthonormal_columns():
    flat = weights(asked(), initialiser="orthogonal").reshape(64, 27).astype(float)

    np.testing.assert_allclose(flat.T @ flat, np.eye(27), atol=1e-6)


def test_orthogonal_tables_are_as_often_turned_one_way_as_the_other():
    first = [orthogonal([seed, 1], (2, 2, 1, 1))[0, 0, 0, 0] for seed in range(400)]

    assert 150 < sum(value > 0 for value in first) < 250  # 5 deviations


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_he_normal_weights_are_the_ones_that_links_have_always_had(number, seed):
    request = asked(seed=seed) if number == 1 else asked(2, 32, 64, seed=seed)
    drawn = np.random.RandomState([seed, number]).standard_normal(request.shape)
    expected = (drawn * float(np.sqrt(2 / (9 * request.channels)))).astype(np.float32)
    spec = StackSpec(
        seed=seed,
        layers=(LayerSpec(filters=64, weights="random"), LayerSpec(filters=32, weights="random")),
    )

    np.testing.assert_array_equal(weights(request), expected)
    np.testing.assert_array_equal(weights(request), bank_for(spec, number).weight)


@pytest.mark.parametrize("distribution", ["normal", "uniform", "truncated"])
@pytest.mark.parametrize("initialiser", ["he", "lecun"])
def test_filters_stay_as_they_are_when_more_are_asked_for(initialiser, distribution):
    how = {"initialiser": initialiser, "distribution": distribution}

    np.testing.assert_array_equal(
        weights(asked(filters=10), **how), weights(asked(filters=100), **how)[:10]
    )


def test_orthogonal_filters_stay_as_they_are_while_there_are_fewer_than_values():
    few, many = (weights(asked(filters=filters), initialiser="orthogonal") for filters in (10, 27))

    np.testing.assert_allclose(few, many[:10], atol=1e-6)


def test_layers_and_seeds_have_weights_of_their_own():
    one, layer, seed = (weights(r) for r in (asked(), asked(2), asked(seed=1)))

    assert not np.isclose(one, layer).all(axis=(1, 2, 3)).any()
    assert not np.isclose(one, seed).all(axis=(1, 2, 3)).any()


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({}, "normal distribution of mean 0 and standard deviation 0.272, with seed 0"),
        ({"distribution": "uniform"}, "standard deviation 0.272, from −0.471 to 0.471"),
        (
            {"distribution": "truncated"},
            "cut off at ±0.619, of mean 0 and standard deviation 0.272",
        ),
        ({"initialiser": "glorot"}, "standard deviation 0.0576"),
        ({"initialiser": "orthogonal"}, "all columns of the table of filters have length 1"),
    ],
)
def test_it_is_told_what_they_were_drawn_from(how, told):
    assert told in str(BANKS["random"].how_made(asked(**how)))
