"""The weights of a layer: random or made by hand, and every layer's equivalent full bank."""

import numpy as np

from app.engine import geometry
from app.engine.handmade.bank import bank
from app.engine.spec import StackSpec
from app.engine.trace import FilterBank, Float


def bank_for(spec: StackSpec, number: int) -> FilterBank:
    """Return the weights of layer `number` (1 or 2). With the bias off, all biases are zero.

    Shapes:
        weight  spec.weight_shape(number)
        bias    (filters,)
    """
    layer = spec.layers[number - 1]
    if layer.weights == "random":
        return FilterBank(_he_normal(spec, number), np.zeros(layer.filters, np.float32))
    whole = bank(number)
    bias = whole.bias[: layer.filters]
    return FilterBank(
        weight=whole.weight[: layer.filters],
        bias=bias if layer.bias else np.zeros_like(bias),
        names=whole.names[: layer.filters],
    )


def full_bank(weight: Float, groups: int, channels: int) -> Float:
    """Return the one-group bank that does the same: zero kernels for what a filter does not read.

    Shapes:
        weight  (F, channels // groups, kh, kw)
        return  (F, channels, kh, kw)
    """
    if groups == 1:
        return weight
    filters, each, height, width = weight.shape
    assert each * groups == channels, (weight.shape, groups, channels)
    full = np.zeros((filters, channels, height, width), weight.dtype)
    for group, some in enumerate(np.split(np.arange(filters), groups)):
        full[some, group * each : (group + 1) * each] = weight[some]
    return full


def how_made(spec: StackSpec, number: int) -> str:
    """Return what there is to say on how the weights of layer `number` were made."""
    if spec.layers[number - 1].weights == "random":
        return (
            f"Drawn at random from a normal distribution of mean 0 and standard deviation "
            f"{_he_deviation(spec, number):.3g}, with seed {spec.seed}; not trained."
        )
    balanced = (
        "Each family of filters is scaled so that, over the shipped photographs, its pre-activations "
        "have a standard deviation of 1, or less where 1 value in 1,000 would pass 5."
    )
    if number == 1:
        patterns = "3 × 3 patterns such as edges, lines and spots"
        return f"Made by hand from {patterns}; not trained. {balanced}"
    heard = (
        "each map takes part, if faintly, as its pattern agrees with those that a name stands for"
    )
    return f"Made by hand as combinations of the maps of layer 1; {heard}; not trained. {balanced}"


def _he_normal(spec: StackSpec, number: int) -> Float:
    # RandomState, not a Generator: NumPy froze its stream for ever, so links keep their weights.
    stream = np.random.RandomState([spec.seed, number])
    drawn = stream.standard_normal(spec.weight_shape(number)) * _he_deviation(spec, number)
    return drawn.astype(np.float32)


def _he_deviation(spec: StackSpec, number: int) -> float:
    """He et al., "Delving deep into rectifiers" (2015), equation 10."""
    kernel = spec.layers[number - 1].kernel
    products = geometry.products_per_value(kernel, spec.channels_per_filter(number)).value
    return float(np.sqrt(2 / products))
