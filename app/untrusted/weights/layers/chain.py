"""Finds the pairs of convolutions that can be the two layers of a stack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.untrusted.weights.layers.layer import FoundLayer
from app.untrusted.weights.limits import Limits

_MOST_PAIRS = 100
_MOST_TRIED = 1024  # candidates behind one convolution
_PICTURES = (1, 3)  # channels of a picture


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two layers that can follow each other, by their places in the file.

    `consecutive` is True or False where the file states it, else None.
    """

    places: tuple[int, int]
    first: FoundLayer
    second: FoundLayer
    consecutive: bool | None
    guesses_groups: bool


def as_first(layer: FoundLayer) -> FoundLayer | None:
    """Return a convolution as layer 1, which reads a picture of 1 or 3 channels; None if it cannot be."""
    if layer.kind == "separable" and not layer.channels:  # three channels are likelier than one
        channels = 3 if _may_read_colours(layer) else 1
        layer = replace(layer, groups=channels, guesses_channels=channels == 3)
    if layer.kind == "transposed" or layer.channels not in _PICTURES:
        return None
    if layer.kind in ("separable", "pointwise_first"):
        return layer
    if layer.groups is None:
        guesses = layer.order != "HWIM" and layer.channels == 1 and _may_read_colours(layer)
        layer = replace(layer, groups=1, guesses_channels=guesses)
    return _depthwise_if_it_is(layer)


def as_second(layer: FoundLayer, filters: int) -> FoundLayer | None:
    """Return a convolution as a layer that reads that many maps, with its groups; None if it cannot be."""
    if layer.kind == "transposed":
        return None
    if layer.kind == "separable" and not layer.channels:
        layer = replace(layer, groups=filters) if layer.shape[0] % filters == 0 else layer
    if layer.groups is not None or layer.kind != "standard":
        return _depthwise_if_it_is(layer) if layer.channels == filters else None
    each = layer.shape[1]
    groups, rest = divmod(filters, each)
    if rest or not groups or layer.filters % groups:
        return None
    return _depthwise_if_it_is(replace(layer, groups=groups))


def pairs(
    layers: Sequence[FoundLayer], following: Mapping[int, int] | None, limits: Limits
) -> tuple[Pair, ...]:
    """Return up to a hundred pairs, the likeliest first.

    `following` has the convolution that reads the maps of each, by their places; None where the file states no
    graph. Pairs that follow each other in the graph come first; then, for each first layer, the next in the file
    that fits comes first, and those that need guessed groups come last.
    """
    found: list[Pair] = []
    for place, layer in enumerate(layers):
        first = as_first(layer) if layer.fits(limits) else None
        if first is None:
            continue
        found += _behind(place, first, layers, following, limits)
        if len(found) > _MOST_PAIRS * 4:
            break
    found.sort(key=_unlikeliness)  # stable: in the order of the file
    return tuple(found[:_MOST_PAIRS])


def joined(
    first: tuple[int, FoundLayer],
    second: tuple[int, FoundLayer],
    following: Mapping[int, int] | None,
) -> Pair | None:
    """Return two convolutions as a pair; None if the second cannot read the maps of the first."""
    reader = as_second(second[1], first[1].filters)
    if reader is None:
        return None
    return Pair(
        places=(first[0], second[0]),
        first=first[1],
        second=reader,
        consecutive=None if following is None else following.get(first[0]) == second[0],
        guesses_groups=_guesses_groups(first, second, reader),
    )


def any_chains(layers: Sequence[FoundLayer], limits: Limits) -> bool:
    """Return whether any two of the convolutions chain without guessed groups."""
    fitting = [layer for layer in layers if layer.fits(limits)]
    made = {layer.filters for layer in fitting if layer.channels in _PICTURES}
    return any(layer.channels in made for layer in fitting)


def _behind(
    place: int,
    first: FoundLayer,
    layers: Sequence[FoundLayer],
    following: Mapping[int, int] | None,
    limits: Limits,
) -> Iterator[Pair]:
    """Yield the pairs of a first layer: with those behind it in the file, then with those before it."""
    places = [*range(place + 1, len(layers)), *range(place)]
    count = 0
    for other in places[:_MOST_TRIED]:
        if not layers[other].fits(limits):
            continue
        pair = joined((place, first), (other, layers[other]), following)
        if pair is None:
            continue
        yield pair
        count += 1
        if count == _MOST_PAIRS:
            return


def _guesses_groups(
    first: tuple[int, FoundLayer], second: tuple[int, FoundLayer], reader: FoundLayer
) -> bool:
    """Return whether groups are guessed, other than for a depthwise layer that comes next in the file."""
    if second[1].groups is not None or reader.kind not in ("standard", "depthwise"):
        return False
    if "M" in reader.order or second[1].shape[1] == first[1].filters:
        return False
    return reader.kind == "standard" or second[0] != first[0] + 1


def _may_read_colours(layer: FoundLayer) -> bool:
    """Return whether the kernels can be dealt out to three colours, each read on its own."""
    return layer.shape[0] % 3 == 0


def _unlikeliness(pair: Pair) -> tuple[bool, bool, bool]:
    backwards = pair.places[0] > pair.places[1]
    return not pair.consecutive, pair.guesses_groups, pair.guesses_groups and backwards


def _depthwise_if_it_is(layer: FoundLayer) -> FoundLayer:
    """Return a layer with as many groups as it reads channels as a depthwise one."""
    if layer.kind == "standard" and layer.groups and layer.groups > 1 and layer.shape[1] == 1:
        return replace(layer, kind="depthwise")
    return layer
