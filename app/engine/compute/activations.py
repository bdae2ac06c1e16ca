"""The activation functions: float32 in, float32 out.

Sources: leaky ReLU from Maas, Hannun & Ng, "Rectifier nonlinearities improve neural network acoustic models"
(2013); ELU from Clevert, Unterthiner & Hochreiter, "Fast and accurate deep network learning by exponential
linear units" (2016); GELU from Hendrycks & Gimpel, "Gaussian error linear units" (2016); SiLU from Elfwing,
Uchibe & Doya, "Sigmoid-weighted linear units for neural network function approximation" (2018).
"""

from collections.abc import Callable
from functools import reduce

import numpy as np

from app.engine.arrays import Float
from app.engine.spec.stack import Activation

LEAKY_SLOPE = np.float32(0.01)  # the slope of leaky_relu for negative values
ELU_ALPHA = np.float32(1)  # elu approaches -ELU_ALPHA for large negative values

ZERO, HALF, ONE = np.float32(0), np.float32(0.5), np.float32(1)
SQRT_HALF = np.float32(0.5**0.5)
ZEROS = np.zeros(8192, np.float32)  # they fit the first cache of a core

# Of these the greatest value of a map stays the greatest, and the least the least, exactly.
ORDER_KEPT: frozenset[Activation] = frozenset(("linear", "relu", "leaky_relu"))

FAR = np.float32(20)  # erfc(FAR) is 0 in float32; the square of a much larger value might overflow

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
    """Apply the activation function `name` to every value; for `linear` the result is `x` itself.

    Shapes: any; the result has the shape of `x`.
    """
    if name == "linear":
        return x
    out = np.empty_like(x)
    apply_into(out, name, x)
    return out


def apply_into(out: Float, name: Activation, x: Float) -> None:
    """Apply the activation function `name` to every value of `x` and write the results to `out`.

    Shapes: any; `out` has the shape of `x` and does not overlap it.
    """
    FUNCTIONS[name](x, out)


def normal_cdf(x: Float) -> Float:
    """Return Φ(x) = erfc(-x / √2) / 2, the distribution function of the standard normal, at every value.

    Shapes: any; the result has the shape of `x`.
    """
    distance = np.minimum(np.abs(x) * SQRT_HALF, FAR)
    t = ONE / (ONE + HALF * distance)
    exponent = reduce(lambda sum_, coefficient: sum_ * t + coefficient, ERFC[1:], ERFC[0])
    tail = HALF * t * np.exp(exponent - distance * distance)  # Φ(-|x|)
    share: Float = np.where(x < 0, tail, ONE - tail)
    return share


def _linear(x: Float, out: Float) -> None:
    np.copyto(out, x)


def _relu(x: Float, out: Float) -> None:
    if not (x.flags.c_contiguous and out.flags.c_contiguous):
        np.maximum(x, ZERO, out=out)
        return
    # NumPy takes half as long for the maximum with an array as for that with a single number.
    values, results = x.reshape(-1), out.reshape(-1)
    whole = len(values) - len(values) % len(ZEROS)
    rows = (-1, len(ZEROS))
    np.maximum(values[:whole].reshape(rows), ZEROS, out=results[:whole].reshape(rows))
    np.maximum(values[whole:], ZERO, out=results[whole:])


def _leaky_relu(x: Float, out: Float) -> None:
    np.multiply(x, LEAKY_SLOPE, out=out)
    np.maximum(x, out, out=out)  # the slope is between 0 and 1, so the larger of the two is right


def _elu(x: Float, out: Float) -> None:
    """Compute x for positive values and ELU_ALPHA (exp(x) - 1) for the others."""
    np.minimum(x, ZERO, out=out)  # exp of a large value would overflow
    np.expm1(out, out=out)
    out *= ELU_ALPHA
    np.copyto(out, x, where=x > 0)


def _gelu(x: Float, out: Float) -> None:
    """Compute x Φ(x) exactly, not its approximation by tanh."""
    np.multiply(x, normal_cdf(x), out=out)


def _silu(x: Float, out: Float) -> None:
    """Compute x σ(x), where σ is the sigmoid."""
    _sigmoid(x, out)
    out *= x


def _sigmoid(x: Float, out: Float) -> None:
    """Compute 1 / (1 + exp(-x))."""
    exponential = np.exp(-np.abs(x))  # its argument is never positive, so it cannot overflow
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
