"""The sizes and costs of every layer of a deep net, without computing any map.

Every size and count comes from `geometry`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from app.engine.deep_nets.nets import Convolution, Layer, Pooling, checked
from app.engine.errors import SpecError, check_range
from app.engine.spec import geometry
from app.engine.spec.geometry import AxisReceptiveField, Count
from app.messages import sentence

SIZES = range(1, 4097)
CHANNELS = range(1, 4097)

NOTHING = Count(0, "0")
ENDS = sentence(
    "{field} ends in nothing: entry {position}, {entry}, reads only {reads}x{reads} of an image of "
    "{size}x{size}, and it does not fit; fewer or smaller layers would work."
)
ENDS_BELOW_A_SIZE = sentence(
    "{field} ends in nothing: entry {position}, {entry}, reads only {reads}x{reads} of an image of "
    "{size}x{size}, and it does not fit; a size of {least} or more would work."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """The size of one layer's output, its cost and its receptive field.

    `shape` is (C, H, W) and `values` their product. `receptive_field` is the side, in image pixels, of the
    square that a value depends on, and `step` (also called jump) the distance between the receptive fields
    of neighbouring values. `unread` is the number of rows at the lower edge of the layer's input, and of
    columns at the right, that no window reads.
    """

    name: str
    kind: Literal["convolution", "pooling"]
    entry: str
    shape: tuple[int, int, int]
    values: Count
    parameters: Count
    weights: Count
    multiply_adds: Count
    receptive_field: Count
    step: int
    unread: int


def ladder(layers: Sequence[Layer], *, size: int = 224, channels: int = 3) -> tuple[Rung, ...]:
    """Return the rung of each layer for an image of `size` by `size` pixels.

    Layers are named as in VGG: `conv2_1` is the first convolution after the first pool.

    Raises:
        SpecError: a layer or the image is out of range, or the maps become too small for a layer.
    """
    layers = checked(layers)
    for field, given, allowed in (("size", size, SIZES), ("channels", channels, CHANNELS)):
        check_range(field, given, allowed)
    sizes = [size, *_sizes(layers, size)]
    if sizes[-1] == 0:
        raise _end(layers, sizes)
    return tuple(_rungs(layers, sizes, channels))


def _sizes(layers: Iterable[Layer], size: int) -> Iterator[int]:
    """Yield the side of each layer's maps, up to and including the first layer without any (side 0)."""
    for layer in layers:
        size = geometry.output_size(
            size,
            kernel=layer.kernel,
            stride=layer.stride,
            dilation=layer.dilation,
            padding=layer.padding,
        )
        yield size
        if size == 0:
            return


def _end(layers: tuple[Layer, ...], sizes: list[int]) -> SpecError:
    """Return the error for layers whose maps shrink to nothing, with image sizes that would work."""
    # A larger image never makes smaller maps, so all sizes from some smallest one on work.
    works = bisect_left(SIZES, True, key=lambda size: 0 not in _sizes(layers, size))
    position = len(sizes) - 1
    message = ENDS if works == len(SIZES) else ENDS_BELOW_A_SIZE.having(least=SIZES[works])
    entry = str(layers[position - 1])
    return SpecError(
        "layers", message.having(position=position, entry=entry, reads=sizes[-2], size=sizes[0])
    )


def _rungs(layers: tuple[Layer, ...], sizes: list[int], channels: int) -> Iterator[Rung]:
    field, reaches = AxisReceptiveField(), []
    for layer, name, (reads, makes) in zip(layers, _names(layers), pairwise(sizes), strict=True):
        axis = {"kernel": layer.kernel, "stride": layer.stride, "dilation": layer.dilation}
        before, _ = geometry.padding_before_after(reads, padding=layer.padding, **axis)
        field = geometry.extend_receptive_field(field, padding_before=before, **axis)
        reaches.append((geometry.effective_size(layer.kernel, layer.dilation), layer.stride))
        convolves = isinstance(layer, Convolution)
        parameters, weights, multiply_adds = _costs(layer, channels, makes)
        channels = layer.filters if isinstance(layer, Convolution) else channels
        yield Rung(
            name=name,
            kind="convolution" if convolves else "pooling",
            entry=str(layer),
            shape=(channels, makes, makes),
            values=geometry.values(channels, (makes, makes)),
            parameters=parameters,
            weights=weights,
            multiply_adds=multiply_adds,
            receptive_field=geometry.receptive_field(reaches),
            step=field.step,
            unread=len(geometry.unread_by_windows(reads, padding=layer.padding, **axis)),
        )


def _costs(layer: Layer, channels: int, makes: int) -> tuple[Count, Count, Count]:
    """Return the parameters, the weights and the multiply-adds of a layer that reads `channels`."""
    if isinstance(layer, Pooling):
        return NOTHING, NOTHING, NOTHING
    filters, kernel = layer.filters, (layer.kernel, layer.kernel)
    return (
        geometry.parameters(filters, kernel, channels, bias=True),
        geometry.weights(filters, kernel, channels),
        geometry.multiply_adds(filters, kernel, channels, (makes, makes)),
    )


def _names(layers: Iterable[Layer]) -> Iterator[str]:
    block, number = 1, 0
    for layer in layers:
        if isinstance(layer, Pooling):
            yield f"pool{block}"
            block, number = block + 1, 0
        else:
            number += 1
            yield f"conv{block}_{number}"
