"""The activation functions: float32 in, float32 out."""

from collections.abc import Callable
from functools import reduce

import numpy as np

from app.engine.arrays import Float
from app.engine.spec.stack import Activation

LEAKY_SLOPE = np.float32(0.01)  # what a negative value keeps under leaky_relu
ELU_ALPHA = np.float32(1)  # elu falls towards -ELU_ALPHA

ZERO, HALF, ONE = np.float32(0), np.float32(0.5), np.float32(1)
SQRT_HALF = np.float32(0.5**0.5)

FAR = np.float32(20)  # erfc of it is 0 in float32; the square of more might overflow

# erfc(z) = t exp(-z² + polynomial in t), t = 1 / (1 + z/2), relative error below 1.2e-7 for z >= 0:
# Press, Flannery, Teukolsky & Vetterling, "Numerical Recipes", section 6.2. Highest power first.
ERFC = np.array(
    [
        0.17087277,
        -0.82215223,
        1.48851587,
        -1.13520398,
        0.27886807,
        -0.18628806,
        0.09678418,
        0.37409196,
        1.00002368,
        -1.26551223,
    ],
    np.float32,
)


def apply(name: Activation, x: Float) -> Float:
    """Return the activation function `name` of every value; for `linear` this is `x` itself.

    Shapes: any; the result has the shape of `x`.
    """
    if name == "linear":
        return x
    out = np.empty_like(x)
    apply_into(out, name, x)
    return out


def apply_into(out: Float, name: Activation, x: Float) -> None:
    """Write the activation function `name` of every value of `x` to `out`, another array."""
    FUNCTIONS[name](x, out)


def normal_share(x: Float) -> Float:
    """Return Φ(x) = erfc(-x / √2) / 2, the share of a normal distribution below `x`, of every value."""
    distance = np.minimum(np.abs(x) * SQRT_HALF, FAR)
    t = ONE / (ONE + HALF * distance)
    exponent = reduce(lambda sum_, coefficient: sum_ * t + coefficient, ERFC[1:], ERFC[0])
    tail = HALF * t * np.exp(exponent - distance * distance)  # Φ(-|x|)
    share: Float = np.where(x < 0, tail, ONE - tail)
    return share


def _linear(x: Float, out: Float) -> None:
    np.copyto(out, x)


def _relu(x: Float, out: Float) -> None:
    np.maximum(x, ZERO, out=out)


def _leaky_relu(x: Float, out: Float) -> None:
    np.multiply(x, LEAKY_SLOPE, out=out)
    np.maximum(x, out, out=out)  # the slope is between 0 and 1, so the right one is the larger


def _elu(x: Float, out: Float) -> None:
    np.minimum(x, ZERO, out=out)  # exp of a large value would overflow
    np.expm1(out, out=out)
    out *= ELU_ALPHA
    np.copyto(out, x, where=x > 0)


def _gelu(x: Float, out: Float) -> None:
    """Compute x Φ(x), not its approximation by tanh."""
    np.multiply(x, normal_share(x), out=out)


def _silu(x: Float, out: Float) -> None:
    _sigmoid(x, out)
    out *= x


def _sigmoid(x: Float, out: Float) -> None:
    exponential = np.exp(-np.abs(x))  # of no positive value: cannot overflow
    np.divide(np.where(x < 0, exponential, ONE), ONE + exponential, out=out)


def _tanh(x: Float, out: Float) -> None:
    np.tanh(x, out=out)


FUNCTIONS: dict[Activation, Callable[[Float, Float], None]] = {
    "linear": _linear,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "gelu": _gelu,
    "silu": _silu,
    "sigmoid": _sigmoid,
    "tanh": _tanh,
}
