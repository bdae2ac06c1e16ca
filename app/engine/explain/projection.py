"""What excites a map most: its strongest activations, each projected back down to the image.

The rules are those of the deconvnet of Zeiler & Fergus, "Visualizing and understanding convolutional
networks" (2013), section 2.1. All activations of the map's layer but the chosen one are set to zero.
Then, layer by layer down to the image, the signal is

1. unpooled by switches: each value returns to the position of its window's maximum, the others are zero.
   A mean pool has no switches: each position of the window gets an equal part;
2. rectified: negative values become zero, whatever the pre-activation was in the forward pass. A layer
   with a linear activation does not rectify, so this step is left out there;
3. convolved with the transposed filters: each value is spread over its window, weighted by its filter,
   through all factors of a layer, and added to the pixels that the padding repeats.

The plain gradient of the activation differs in two ways: it starts from 1 instead of the activation, and in
place of rule 2 it multiplies by the slope of the activation function in the forward pass.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.engine.arrays import Float
from app.engine.backward.derivatives import derivative
from app.engine.backward.gradients import muted_maps
from app.engine.compute.trace import LayerTrace, Trace
from app.engine.explain import linear, receptive_field
from app.engine.explain.linear import Double, WeightedSum
from app.engine.explain.receptive_field import Rectangle
from app.engine.spec import windows

COUNT = 9

Step = Callable[[LayerTrace, WeightedSum], WeightedSum]


@dataclass(frozen=True, eq=False)
class Projection:
    """One strong activation of a map, before any pool, with its image patch and its projections.

    Shapes, for the receptive field `box` of h by w pixels:
        patch      (C, h, w)  the input of layer 1 there
        deconvnet  (C, h, w)
        gradient   (C, h, w)  of the activation `value`
    """

    row: int
    col: int
    value: float
    box: Rectangle
    patch: Float
    deconvnet: Double
    gradient: Double


def project(
    trace: Trace, layer: int, channel: int, *, count: int = COUNT
) -> tuple[Projection, ...]:
    """Project the strongest activations of a map of layer `layer` (1 or 2) down to the image.

    Shapes: every projection is (C, h, w), for a receptive field of h by w pixels.

    Raises:
        PlaceError: there is no such layer or channel.
    """
    places = strongest(trace, layer, channel, count=count)
    return tuple(_project_one(trace, layer, channel, *place) for place in places)


def strongest(
    trace: Trace, layer: int, channel: int, *, count: int = COUNT
) -> tuple[tuple[int, int], ...]:
    """Return (row, column) of the greatest activations of a map, before any pool, greatest first.

    Where receptive fields overlap only the stronger activation is kept, so that no pixel is shown twice; ties go
    to the first in reading order. Only positive activations whose receptive field covers part of the image
    count. So there may be fewer than `count`, and none on a silent map.

    Raises:
        PlaceError: there is no such layer or channel.
    """
    windows.check_place(trace.spec, layer, channel)
    rows, columns = receptive_field.sees_image(trace.spec, layer)
    values = np.where(
        np.logical_and.outer(rows, columns), trace.layers[layer - 1].activation[channel], 0
    )
    down, across = (receptive_field.overlap_distance(trace.spec, layer, axis) for axis in (0, 1))
    places: list[tuple[int, int]] = []
    while len(places) < count:
        row, col = divmod(int(values.argmax()), values.shape[1])
        if not values[row, col] > 0:
            break
        places.append((row, col))
        values[max(row - down, 0) : row + down + 1, max(col - across, 0) : col + across + 1] = 0
    return tuple(places)


def _project_one(trace: Trace, layer: int, channel: int, row: int, col: int) -> Projection:
    box = receptive_field.receptive_field(trace.spec, layer, row, col)
    value = float(trace.layers[layer - 1].activation[channel, row, col])
    weights = np.zeros((trace.spec.map_shape(layer)[0], 1, 1))
    weights[channel] = 1
    one = WeightedSum(weights, np.array([row]), np.array([col]), 0.0)
    signal = replace(one, weights=weights * value)
    return Projection(
        row=row,
        col=col,
        value=value,
        box=box,
        patch=trace.image[:, box.rows, box.columns],
        deconvnet=_on(box, _sent_down(trace, layer, signal, _rectified)),
        gradient=_on(box, _sent_down(trace, layer, one, _sloped)),
    )


def _sent_down(
    trace: Trace, layer: int, signal: WeightedSum, through_activation: Step
) -> WeightedSum:
    """Project a signal from the activations of a layer down to the image."""
    signal = linear.through_layer(trace, layer, through_activation(trace.layers[layer - 1], signal))
    if layer == 1:
        return signal
    if trace.muted_output is not None:
        signal = replace(signal, weights=np.where(muted_maps(trace), 0, signal.weights))
    signal = linear.through_pool(trace, 1, signal)
    return linear.through_layer(trace, 1, through_activation(trace.layers[0], signal))


def _rectified(layer: LayerTrace, signal: WeightedSum) -> WeightedSum:
    if layer.spec.activation == "linear":
        return signal
    return replace(signal, weights=np.maximum(signal.weights, 0))


def _sloped(layer: LayerTrace, signal: WeightedSum) -> WeightedSum:
    before = layer.preactivation[:, signal.rows[:, None], signal.columns]
    return replace(signal, weights=signal.weights * derivative(layer.spec.activation, before))


def _on(box: Rectangle, signal: WeightedSum) -> Double:
    """Return the signal within the box, (C, h, w)."""
    weights = np.zeros((len(signal.weights), box.height, box.width))
    weights[:, signal.rows[:, None] - box.top, signal.columns - box.left] = signal.weights
    return weights
