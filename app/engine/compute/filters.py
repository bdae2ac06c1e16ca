"""The weights of a layer: from its source, then with the user's edits, then flipped if the stack says so."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import FilterBank
from app.engine.errors import ShapeError
from app.engine.spec import edits, geometry, weight_names
from app.engine.spec.geometry import Kind
from app.engine.spec.stack import StackSpec
from app.engine.weights import initialisers
from app.engine.weights.banks.table import BANKS
from app.engine.weights.handmade.bank import bank
from app.messages import Message, counted, listed, paragraph, sentence


def bank_for(spec: StackSpec, number: int, given: FilterBank | None = None) -> FilterBank:
    """Return the weights of layer `number` (1 or 2). With the bias off, all biases are zero.

    `given` are weights that no formula makes: trained or imported ones. The layer takes as many of their
    filters as it has, from the first on. With `spec.flip` every kernel is rotated by 180°, which turns the
    cross-correlation into a true convolution.

    Shapes:
        weight     spec.weight_shape(number)
        bias       (filters,)
        pointwise  spec.pointwise_shape(number)

    Raises:
        ShapeError: `given` is missing where it is needed, or too small.
    """
    layer = spec.layers[number - 1]
    made = _from_source(spec, number, given)
    if not layer.bias:
        made = replace(made, bias=np.zeros_like(made.bias))
    if fitting := spec.edits(number):
        made = edited(made, fitting)
    return flipped(made) if spec.flip else made


def flipped(one: FilterBank) -> FilterBank:
    """Return a bank with every kernel rotated by 180°, without names; a 1x1 factor stays as it is.

    A filter that found edges bright to the north finds those bright to the south then.

    Shapes: those of the bank that is given.
    """
    return replace(one, weight=np.ascontiguousarray(one.weight[:, :, ::-1, ::-1]), names=())


def edited(bank: FilterBank, replacing: Iterable[tuple[edits.Edit, range]]) -> FilterBank:
    """Return a bank with some kernels replaced; each edit comes with the channels that its filter reads.

    Shapes: those of the bank that is given.
    """
    weight, names = bank.weight.copy(), list(bank.names)
    for edit, reads in replacing:
        kernel = np.array(edit.weights, np.float32).reshape(weight.shape[2:])
        weight[edit.filter, edit.channel - reads[0]] = kernel
        if names:
            names[edit.filter] = edits.edited_name(bank.names[edit.filter])
    return replace(bank, weight=weight, names=tuple(names))


def how_made(spec: StackSpec, number: int, source: Message | None = None) -> Message:
    """Describe, in sentences for the page, how the weights of layer `number` were made.

    `source` is the description of weights that no formula makes.
    """
    sentences = [source or _made(spec, number)]
    if by_hand := spec.edits(number):
        kernels = listed(f"{edit.filter}.{edit.channel}" for edit, _ in by_hand)
        sentences.append(
            counted(
                "Then set by hand: kernel {kernels} (filter and input channel).",
                "Then set by hand: kernels {kernels} (filter and input channel).",
                len(by_hand),
                kernels=kernels,
            )
        )
    if spec.flip:
        sentences.append(
            sentence(
                "Every kernel is then turned by half a turn, which makes the layer a true convolution."
            )
        )
    return paragraph(*sentences)


def _made(spec: StackSpec, number: int) -> Message:
    layer = spec.layers[number - 1]
    if layer.weights == weight_names.HANDMADE:
        return paragraph(_MADE_BY_HAND[number], _BALANCED)
    if layer.factored or layer.kind == "depthwise":
        return _how_factors_are_drawn(spec, number)
    name = layer.weights or weight_names.RANDOM
    return BANKS[name].how_made(spec.request(number))


_MADE_BY_HAND = {
    1: sentence(
        "The developers of Convfold made these weights by hand, from 3 × 3 patterns such as edges, lines and "
        "spots. They are not trained."
    ),
    2: sentence(
        "The developers of Convfold made these weights by hand, as combinations of the maps of layer 1: large "
        "ones on the maps that the name of a filter is about, small ones on all others. They are not trained."
    ),
}
_BALANCED = sentence(
    "Each family of filters is scaled so that, over the shipped photographs, its pre-activations have a standard "
    "deviation of 1, or less where 1 value in 1,000 would pass 5."
)


def _how_factors_are_drawn(spec: StackSpec, number: int) -> Message:
    layer = spec.layers[number - 1]
    if layer.initialiser == "orthogonal":
        return sentence(
            "Each factor is drawn at random, with seed {seed}, and turned until its rows or columns stand at "
            "right angles (Saxe et al., 2014); not trained.",
            seed=spec.seed,
        )
    spread = _spread_words(layer.kind, _deviations(spec, number))
    return _DRAWN[layer.distribution].having(spread=spread, seed=spec.seed)


_DRAWN = {
    "normal": sentence(
        "Drawn at random from a normal distribution of mean 0 and standard deviation {spread}, with seed {seed}; "
        "not trained."
    ),
    "uniform": sentence(
        "Drawn at random from a uniform distribution of mean 0 and standard deviation {spread}, with seed {seed}; "
        "not trained."
    ),
    "truncated": sentence(
        "Drawn at random from a cut-off normal distribution of mean 0 and standard deviation {spread}, with seed "
        "{seed}; not trained."
    ),
}


def _from_source(spec: StackSpec, number: int, given: FilterBank | None) -> FilterBank:
    layer = spec.layers[number - 1]
    if layer.weights == weight_names.HANDMADE:
        return _first(FilterBank(*bank(number)), layer.filters)
    if layer.weights == weight_names.TRAINED or weight_names.imported_layers(layer.weights or ""):
        if given is None:
            raise ShapeError(
                sentence(
                    "weights{number} is {weights}, and no bank of it is given.",
                    number=number,
                    weights=layer.weights,
                )
            )
        groups = layer.kernel_groups(spec.input_shape(number)[0])
        return _first(replace(given, kind=layer.kind, groups=groups), layer.filters)
    if layer.weights == weight_names.RANDOM and layer.kind != "standard":
        return _random_factors(spec, number)
    made = BANKS[layer.weights or weight_names.RANDOM].make(spec.request(number))
    return FilterBank(made.weight, made.bias, made.names, groups=layer.groups)


def _first(whole: FilterBank, filters: int) -> FilterBank:
    if len(whole.bias) < filters:
        raise ShapeError(
            sentence(
                "the bank has {available} filters; {filters} are asked for.",
                available=len(whole.bias),
                filters=filters,
            )
        )
    pointwise = whole.pointwise
    if pointwise is not None:
        each = len(pointwise) // len(whole.bias)  # rows of the 1x1 factor for each filter
        pointwise = pointwise[: filters * each]
    kernels = len(whole.weight) if whole.kind == "separable" else filters
    return replace(
        whole,
        weight=whole.weight[:kernels],
        bias=whole.bias[:filters],
        names=whole.names[:filters],
        pointwise=pointwise,
    )


def _random_factors(spec: StackSpec, number: int) -> FilterBank:
    layer, channels = spec.layers[number - 1], spec.input_shape(number)[0]
    deviation, of_pointwise = _deviations(spec, number)
    shape = spec.pointwise_shape(number)
    # Each factor has its own random stream, so that adding filters does not change the existing ones.
    return FilterBank(
        weight=_drawn(spec, number, [], spec.weight_shape(number), deviation),
        bias=np.zeros(layer.filters, np.float32),
        pointwise=shape and _drawn(spec, number, [1], shape, of_pointwise),
        kind=layer.kind,
        groups=layer.kernel_groups(channels),
    )


def _drawn(
    spec: StackSpec, number: int, stream: list[int], shape: tuple[int, ...], deviation: float
) -> Float:
    layer, seed = spec.layers[number - 1], [spec.seed, number, *stream]
    if layer.initialiser == "orthogonal":
        return initialisers.orthogonal(seed, shape)
    return initialisers.draw(seed, shape, deviation, layer.distribution)


def _deviations(spec: StackSpec, number: int) -> tuple[float, float]:
    """Return the standard deviations of the kernels and of the 1x1 factor (1x1 unused without factors).

    No ReLU comes before the second factor, so its variance is 1/n where He's is 2/n (He et al., "Delving
    deep into rectifiers", 2015, equations 10 and 14).
    """
    layer, kernels = spec.layers[number - 1], spec.weight_shape(number)
    products = geometry.products_per_value((kernels[2], kernels[3]), kernels[1]).value
    outputs = geometry.products_per_value((kernels[2], kernels[3]), 1).value
    pointwise = spec.pointwise_shape(number)
    made, reads = pointwise or (1, 1)
    kernels_first = layer.kind != "pointwise_first"
    return (
        initialisers.deviation(layer.initialiser, products, outputs, rectified=kernels_first),
        initialisers.deviation(layer.initialiser, reads, made, rectified=not kernels_first),
    )


def _spread_words(kind: Kind, deviations: tuple[float, float]) -> Message | str:
    kernels, pointwise = (f"{deviation:.3g}" for deviation in deviations)
    if kind in ("standard", "depthwise"):
        return kernels
    return sentence(
        "{kernels} for the kernels and {pointwise} for the 1 × 1 weights",
        kernels=kernels,
        pointwise=pointwise,
    )
