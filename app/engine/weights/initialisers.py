"""Random initial weights: an initialiser gives the standard deviation, a distribution the values.

They are drawn by RandomState rather than a Generator, since NumPy guarantees that its stream never changes:
a link gives the same weights for ever.
"""

from collections.abc import Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from app.engine.weights.request import (
    Array,
    Bank,
    BankRequest,
    BankWeights,
    Distribution,
    Initialiser,
)
from app.messages import Message, paragraph, sentence

INITIALISERS: tuple[Initialiser, ...] = get_args(Initialiser)
DISTRIBUTIONS: tuple[Distribution, ...] = get_args(Distribution)

TRUNCATION = 2.0  # where the truncated normal distribution ends, in standard deviations
TRUNCATED_DEVIATION = 0.8796256610342398  # of the standard normal truncated at TRUNCATION

SOURCES = {
    "he": sentence(
        "The standard deviation is the square root of 2 by the {inputs:,} products of a value (He et al., 2015)."
    ),
    "glorot": sentence(
        "The standard deviation is the square root of 2 by the sum of {inputs:,} and {outputs:,}, the products "
        "that a value is made of and those that it enters (Glorot & Bengio, 2010)."
    ),
    "lecun": sentence(
        "The standard deviation is the square root of 1 by the {inputs:,} products of a value (LeCun et al., "
        "1998)."
    ),
}
ORTHOGONAL_FILTERS = sentence(
    "Drawn at random, with seed {seed}, and turned until all filters have length 1 and stand at right angles "
    "(Saxe et al., 2014); not trained."
)
ORTHOGONAL_COLUMNS = sentence(
    "Drawn at random, with seed {seed}, and turned until all columns of the table of filters have length 1 and "
    "stand at right angles (Saxe et al., 2014); not trained."
)


def deviation(
    initialiser: Initialiser, inputs: int, outputs: int, *, rectified: bool = True
) -> float:
    """Return the standard deviation of an initialiser's weights; not defined for `orthogonal`.

    `inputs` (fan-in) is the number of products in one value, `outputs` (fan-out) the number of products that one
    value enters. He assumes that a rectifier before the layer halves the variance; without one, `rectified` is
    False. Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010);
    He et al., "Delving deep into rectifiers" (2015); LeCun et al., "Efficient BackProp" (1998).
    """
    if initialiser == "glorot":
        return float(np.sqrt(2 / (inputs + outputs)))
    return float(np.sqrt((2 if initialiser == "he" and rectified else 1) / inputs))


def draw(
    seed: Sequence[int], shape: tuple[int, ...], deviation: float, distribution: Distribution
) -> NDArray[np.float32]:
    """Draw weights of this shape, with mean 0 and this standard deviation.

    With more filters, the first ones keep their values.

    Shapes: the result has the shape `shape`.
    """
    random = np.random.RandomState(seed)
    if distribution == "uniform":
        drawn = (2 * random.random_sample(shape) - 1) * (np.sqrt(3) * deviation)
    elif distribution == "truncated":
        drawn = _truncated(random, int(np.prod(shape))).reshape(shape) * (
            deviation / TRUNCATED_DEVIATION
        )
    else:
        drawn = random.standard_normal(shape) * deviation
    return np.asarray(drawn, np.float32)


def orthogonal(seed: Sequence[int], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Draw filters of length 1 that are orthogonal to one another, in an array of this shape.

    With more filters than values in a filter, the columns of the table of filters are orthogonal instead. The
    table is the Q of a normal table, with signs such that every such table is equally likely: Saxe, McClelland
    & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (2014).

    Shapes: the result has the shape `shape`, filters first.
    """
    table = np.random.RandomState(seed).standard_normal((shape[0], int(np.prod(shape[1:]))))
    tall = table if len(table) > table.shape[1] else table.T
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diag(r) < 0, -1, 1)
    flat = q if tall is table else q.T
    return np.ascontiguousarray(flat.reshape(shape), np.float32)


def _truncated(random: np.random.RandomState, count: int) -> Array:
    """Draw normal values and reject those beyond the cut, which samples the truncated normal exactly."""
    kept: list[Array] = []
    while sum(map(len, kept)) < count:
        drawn = random.standard_normal(count)
        kept.append(drawn[np.abs(drawn) <= TRUNCATION])
    return np.concatenate(kept)[:count]


def _build(request: BankRequest) -> BankWeights:
    seed = [request.seed, request.number]
    if request.initialiser == "orthogonal":
        weight = orthogonal(seed, request.shape)
    else:
        spread = deviation(request.initialiser, *_products(request))
        weight = draw(seed, request.shape, spread, request.distribution)
    return BankWeights(weight, np.zeros(request.filters, np.float32))


def _products(request: BankRequest) -> tuple[int, int]:
    places = request.kernel[0] * request.kernel[1]
    return places * request.channels, places * request.filters


def _how_made(request: BankRequest) -> Message:
    inputs, outputs = _products(request)
    if request.initialiser == "orthogonal":
        message = ORTHOGONAL_FILTERS if request.filters <= inputs else ORTHOGONAL_COLUMNS
        return message.having(seed=request.seed)
    spread = deviation(request.initialiser, inputs, outputs)
    source = SOURCES[request.initialiser].having(inputs=inputs, outputs=outputs)
    return paragraph(_how_drawn(request.distribution, spread, request.seed), source)


def _how_drawn(distribution: Distribution, spread: float, seed: int) -> Message:
    if distribution == "uniform":
        return sentence(
            "Drawn at random from a uniform distribution of mean 0 and standard deviation {spread:.3g}, from "
            "−{limit:.3g} to {limit:.3g}, with seed {seed}; not trained.",
            spread=spread,
            limit=float(np.sqrt(3)) * spread,
            seed=seed,
        )
    if distribution == "truncated":
        return sentence(
            "Drawn at random from a normal distribution cut off at ±{limit:.3g}, of mean 0 and standard deviation "
            "{spread:.3g}, with seed {seed}; not trained.",
            spread=spread,
            limit=TRUNCATION * spread / TRUNCATED_DEVIATION,
            seed=seed,
        )
    return sentence(
        "Drawn at random from a normal distribution of mean 0 and standard deviation {spread:.3g}, with seed "
        "{seed}; not trained.",
        spread=spread,
        seed=seed,
    )


BANK = Bank(
    name="random",
    title=sentence("Random"),
    build=_build,
    how_made=_how_made,
    why_not=lambda request: None,
)
