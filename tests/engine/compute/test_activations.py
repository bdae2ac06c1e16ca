"""The activation functions against their formulas in double precision."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.engine.compute import activations
from app.engine.compute.activations import FUNCTIONS, apply

GRID = np.concatenate([np.linspace(-12, 12, 4801), [-1e-4, 1e-4, -90, 90, -1e4, 1e4]])
GRID = GRID.astype(np.float32)


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


FORMULAS = {
    "linear": lambda x: x,
    "relu": lambda x: max(x, 0),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "gelu": lambda x: x * math.erfc(-x / math.sqrt(2)) / 2,
    "silu": lambda x: x * sigmoid(x),
    "sigmoid": sigmoid,
    "tanh": math.tanh,
}


def test_every_activation_has_its_formula_here():
    assert set(FUNCTIONS) == set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_an_activation_equals_its_formula_to_float32_accuracy(name):
    result = apply(name, GRID)

    expected = np.array([FORMULAS[name](float(x)) for x in GRID])
    assert result.dtype == np.float32
    # 4e-7 of the larger of the argument and the value: a few units in the last place.
    tolerance = 4e-7 * np.maximum(np.abs(expected), np.minimum(np.abs(GRID), 1))
    assert np.all(np.abs(result - expected) <= tolerance)


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(FORMULAS)),
    hnp.arrays(
        np.float32, (3, 5), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)
    ),
)
def test_any_finite_value_stays_finite_without_overflow(name, x):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        result = apply(name, x)

    assert np.isfinite(result).all()
    assert result.shape == x.shape


@pytest.mark.parametrize("shape", [(3, 256, 256), (2, 8192), (91, 91), (8193,), (0, 4), ()])
@pytest.mark.parametrize("order", ["C", "F"])
def test_relu_keeps_what_is_positive_of_an_array_of_any_size_and_order(shape, order):
    x = np.asarray(np.random.default_rng(3).standard_normal(shape), np.float32, order=order)

    np.testing.assert_array_equal(apply("relu", x), np.where(x > 0, x, 0))


def test_linear_returns_the_very_array():
    x = GRID.copy()

    assert apply("linear", x) is x


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - {"linear"}))
def test_the_argument_is_only_read(name):
    x = GRID.copy()
    x.setflags(write=False)

    result = apply(name, x)

    assert not np.shares_memory(result, x)
    np.testing.assert_array_equal(x, GRID)


@pytest.mark.parametrize("name", FORMULAS)
def test_apply_into_fills_the_given_array_with_the_same_values(name):
    out = np.full_like(GRID, np.nan)

    activations.apply_into(out, name, GRID)

    np.testing.assert_array_equal(out, apply(name, GRID))
