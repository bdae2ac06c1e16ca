"""The weights of a layer: random or made by hand, turned by half a turn where asked."""

from dataclasses import replace

import numpy as np

from app.engine import geometry
from app.engine.geometry import Kind
from app.engine.handmade.bank import bank
from app.engine.spec import StackSpec
from app.engine.trace import FilterBank, Float


def bank_for(spec: StackSpec, number: int) -> FilterBank:
    """Return the weights of layer `number` (1 or 2). With the bias off, all biases are zero.

    With `spec.flip`, every kernel is turned by half a turn: slid as they are, they convolve.

    Shapes:
        weight     spec.weight_shape(number)
        bias       (filters,)
        pointwise  spec.pointwise_shape(number)
    """
    made = _random(spec, number) if _is_random(spec, number) else _handmade(spec, number)
    return turned(made) if spec.flip else made


def turned(one: FilterBank) -> FilterBank:
    """Return a bank with every kernel turned by half a turn; a 1x1 factor stays as it is."""
    return replace(one, weight=np.ascontiguousarray(one.weight[:, :, ::-1, ::-1]))


def how_made(spec: StackSpec, number: int) -> str:
    """Return what there is to say on how the weights of layer `number` were made."""
    half_a_turn = (
        " Every kernel is then turned by half a turn, which makes the layer a true convolution."
        if spec.flip
        else ""
    )
    return _made(spec, number) + half_a_turn


def _made(spec: StackSpec, number: int) -> str:
    if _is_random(spec, number):
        deviations = _deviations(spec, number)
        return (
            f"Drawn at random from a normal distribution of mean 0 and standard deviation "
            f"{_worded(spec.layers[number - 1].kind, deviations)}, with seed {spec.seed}; not trained."
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


def _is_random(spec: StackSpec, number: int) -> bool:
    return spec.layers[number - 1].weights == "random"


def _handmade(spec: StackSpec, number: int) -> FilterBank:
    whole, layer = bank(number), spec.layers[number - 1]
    bias = whole.bias[: layer.filters]
    return FilterBank(
        weight=whole.weight[: layer.filters],
        bias=bias if layer.bias else np.zeros_like(bias),
        names=whole.names[: layer.filters],
    )


def _random(spec: StackSpec, number: int) -> FilterBank:
    layer, channels = spec.layers[number - 1], spec.input_shape(number)[0]
    deviation, of_pointwise = _deviations(spec, number)
    shape = spec.pointwise_shape(number)
    # A stream of its own for each factor, so that more filters leave those before as they are.
    return FilterBank(
        weight=_drawn([spec.seed, number], spec.weight_shape(number), deviation),
        bias=np.zeros(layer.filters, np.float32),
        pointwise=shape and _drawn([spec.seed, number, 1], shape, of_pointwise),
        kind=layer.kind,
        groups=layer.kernel_groups(channels),
    )


def _drawn(seed: list[int], shape: tuple[int, ...], deviation: float) -> Float:
    # RandomState, not a Generator: NumPy froze its stream for ever, so links keep their weights.
    drawn = np.random.RandomState(seed).standard_normal(shape) * deviation
    return drawn.astype(np.float32)


def _deviations(spec: StackSpec, number: int) -> tuple[float, float]:
    """Return the standard deviations of the kernels and of the 1x1 factor, where there is one.

    He et al., "Delving deep into rectifiers" (2015), equation 10, for what reads rectified values:
    the square root of 2 by the products of a value. The second of two factors reads what no activation
    has halved, so for it 2 is 1 (equation 14).
    """
    kind, kernels = spec.layers[number - 1].kind, spec.weight_shape(number)
    products = geometry.products_per_value((kernels[2], kernels[3]), kernels[1]).value
    pointwise = spec.pointwise_shape(number)
    reads = pointwise[1] if pointwise else 1
    first, second = (1, 2) if kind == "pointwise_first" else (2, 1)
    return float(np.sqrt(first / products)), float(np.sqrt(second / reads))


def _worded(kind: Kind, deviations: tuple[float, float]) -> str:
    kernels, pointwise = (f"{deviation:.3g}" for deviation in deviations)
    if kind in ("standard", "depthwise"):
        return kernels
    return f"{kernels} for the kernels and {pointwise} for the 1 × 1 weights"
