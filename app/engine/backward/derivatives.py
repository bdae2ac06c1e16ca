"""The derivatives of the activation functions, at the pre-activation: float32 in, float32 out.

The functions themselves, with their sources, are in `compute.activations`.
"""

from collections.abc import Callable

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.activations import (
    ELU_ALPHA,
    FAR,
    HALF,
    LEAKY_SLOPE,
    ONE,
    ZERO,
    apply,
    normal_cdf,
)
from app.engine.spec.layer import Activation

NORMAL_PEAK = np.float32((2 * np.pi) ** -0.5)  # the density of a normal distribution at its mean


def derivative(name: Activation, x: Float) -> Float:
    """Return the derivative of the activation `name` at every value; at a kink, the one from the left.

    Shapes: any; the result has the shape of `x`.
    """
    return FUNCTIONS[name](x)


def _linear(x: Float) -> Float:
    return np.ones_like(x)


def _relu(x: Float) -> Float:
    return (x > ZERO).astype(np.float32)


def _leaky_relu(x: Float) -> Float:
    return np.where(x > ZERO, ONE, LEAKY_SLOPE)


def _elu(x: Float) -> Float:
    return np.where(x > ZERO, ONE, ELU_ALPHA * np.exp(np.minimum(x, ZERO)))


def _gelu(x: Float) -> Float:
    """Compute Φ(x) + x φ(x), where Φ is the distribution function of the standard normal and φ its density."""
    near = np.clip(x, -FAR, FAR)  # further out the density is 0 in float32, and x² might overflow
    density: Float = NORMAL_PEAK * np.exp(-HALF * near * near)
    return normal_cdf(x) + near * density


def _silu(x: Float) -> Float:
    share = apply("sigmoid", x)
    rest: Float = ONE - share
    return share + x * (share * rest)


def _sigmoid(x: Float) -> Float:
    share = apply("sigmoid", x)
    return share * (ONE - share)


def _tanh(x: Float) -> Float:
    return ONE - np.square(apply("tanh", x))


FUNCTIONS: dict[Activation, Callable[[Float], Float]] = {
    "linear": _linear,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "silu": _silu,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
}
