"""Two layers of a file with their values: what an import takes, and what is said about how it was read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.messages import Message, sentence
from app.shown_text import shown_text
from app.untrusted.weights.description import Description, Format, Tensor
from app.untrusted.weights.errors import NoPair, NoSuchConvolution
from app.untrusted.weights.layers.choice import NO_BIAS, Choice, LayerChoice
from app.untrusted.weights.layers.chosen import choose
from app.untrusted.weights.layers.contents import find, relation
from app.untrusted.weights.layers.input_scale import figures
from app.untrusted.weights.layers.layer import FoundLayer
from app.untrusted.weights.layers.magnitudes import refuse_overflow
from app.untrusted.weights.layers.remarks import remarks
from app.untrusted.weights.layers.spare_norms import spare_norms
from app.untrusted.weights.layers.values import LayerValues, read_values
from app.untrusted.weights.limits import Limits

Figures = tuple[float, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class ExtractedLayer:
    """One layer: what was found, its values, and whether its BatchNorm is folded into them."""

    found: FoundLayer
    values: LayerValues
    settings: Mapping[str, Any]
    folded: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Extracted:
    """Two layers of a file. `normalise` has means and deviations of the picture, where the file states them.

    `remarks` say what was followed, what could not be, and what was guessed.
    """

    format: Format
    layers: tuple[ExtractedLayer, ExtractedLayer]
    normalise: tuple[Figures, Figures] | None
    relation: Message
    followed: tuple[Message, ...]
    unfollowed: tuple[Message, ...]
    guessed: tuple[Message, ...]


def extract(description: Description, choice: Choice, limits: Limits) -> Extracted:
    """Read the two layers that are chosen.

    Raises:
        WeightsError: they do not chain, or their values cannot be used; the message says what would work.
    """
    described, found = find(description, limits)
    pair = choose(found, choice, limits)
    first, second = (
        _extracted(layer, chosen, described.tensors, field)
        for layer, chosen, field in (
            (pair.first, choice.first, "first"),
            (pair.second, choice.second, "second"),
        )
    )
    if choice.bgr:
        first = replace(first, values=_reversed(first))
    layers = (first, second)
    refuse_overflow(
        (
            (first.values.products(first.found), first.values.bias),
            (second.values.products(second.found), second.values.bias),
        ),
        (shown_text(first.found.name, most=80), shown_text(second.found.name, most=80)),
    )
    ahead = found.ahead.get(pair.places[0], ())
    scaled = figures([each for each in ahead if each.kind == "input_scale"])
    if choice.bgr and scaled:  # its figures are in the order of the file's channels
        scaled = (scaled[0][::-1], scaled[1][::-1])
    unread = [each for each in ahead if scaled is None or each.kind != "input_scale"]
    return Extracted(
        format=described.format,
        layers=layers,
        normalise=scaled,
        relation=relation(pair, found.layers),
        **remarks(
            layers,
            described.format,
            normalise=scaled,
            unread=unread,
            spare=spare_norms([each.found for each in layers], found, described),
            bgr=choice.bgr,
        ),
    )


def _extracted(
    layer: FoundLayer, chosen: LayerChoice, tensors: Mapping[str, Tensor], field: str
) -> ExtractedLayer:
    layer = _with_bias(layer, chosen.bias, tensors, field)
    folds = layer.batch_norm is not None and chosen.batch_norm is not False
    values = read_values(layer, tensors, folds=folds)
    settings = dict(layer.followed.settings) if layer.followed else {}
    return ExtractedLayer(
        found=layer,
        values=values,
        settings=settings | {"bias": values.bias is not None},
        folded=folds,
    )


def _with_bias(
    layer: FoundLayer, name: str | None, tensors: Mapping[str, Tensor], field: str
) -> FoundLayer:
    if name is None:
        return layer
    if name == NO_BIAS:
        return replace(layer, bias=None)
    shown = shown_text(name)
    for each, tensor in tensors.items():
        if shown_text(each) == shown:
            if tensor.shape != (layer.filters,):
                error = NoPair(
                    sentence(
                        "The bias {name} does not have one value for each of the {filters} filters of "
                        "{layer}; one that has would work.",
                        name=shown_text(name, most=80),
                        filters=layer.filters,
                        layer=shown_text(layer.name, most=80),
                    )
                )
                error.field = f"{field}_bias"
                raise error
            return replace(layer, bias=each, bias_trust="stated")
    missing = NoSuchConvolution(
        sentence(
            "The file has no tensor {name!r} that could be a bias; the name of one, or none, would work.",
            name=shown_text(name, most=80),
        )
    )
    missing.field = f"{field}_bias"
    raise missing


def _reversed(first: ExtractedLayer) -> LayerValues:
    """Return the values of layer 1 with its input channels in reverse: blue, green, red to red, green, blue."""
    values, layer = first.values, first.found
    if layer.channels != 3:
        raise NoPair(
            sentence(
                "{layer} does not read three colours, so their order cannot be reversed; RGB would work.",
                layer=layer.description(),
            )
        )
    if layer.kind == "pointwise_first":
        assert values.pointwise is not None
        return replace(values, pointwise=np.ascontiguousarray(values.pointwise[:, ::-1]))
    if layer.kind == "standard" and (layer.groups or 1) == 1:
        return replace(values, weight=np.ascontiguousarray(values.weight[:, ::-1]))
    raise NoPair(
        sentence(
            "{layer} reads each colour on its own, so its filters would change places; RGB would work.",
            layer=layer.description(),
        )
    )
