"""Forward and backward passes of the default stack, with pools, on a batch of patches, using the engine.

The engine processes one picture at a time, and is fast on wide ones. So a batch is one wide picture: the patches
in a row, separated by columns of zeros that act as the zero padding of each patch. The output of layer 1 in
those columns is set to zero before layer 2 reads it, and no gradient passes through them.
"""

from dataclasses import dataclass

import numpy as np

from app.engine.arrays import Float
from app.engine.backward import adjoint, gradients
from app.engine.compute.forward import forward_layer
from app.engine.compute.trace import FilterBank, LayerTrace
from app.engine.spec.layer import LayerSpec

SIDE = 32  # side of a patch in pixels
GAP = 4  # columns between two patches; both pools reduce them to one

LAYERS = (LayerSpec(filters=64, pool="max"), LayerSpec(filters=32, pool="max"))

Parameters = dict[str, Float]  # names as in the checkpoints: layer1/weight, ..., head/bias


@dataclass(frozen=True, eq=False)
class BatchTrace:
    """The forward pass of a batch; `layer2_input` has zeros in the columns between patches.

    Shapes, for N patches of SIDE pixels a side, P = SIDE + GAP:
        image   (3, SIDE, N * P)
        layer2_input   (64, SIDE / 2, N * P / 2)
        output  (32, N, SIDE / 4, SIDE / 4)
    """

    image: Float
    first: LayerTrace
    layer2_input: Float
    second: LayerTrace
    output: Float


def forward(patches: Float, parameters: Parameters) -> BatchTrace:
    """Run patches through both layers.

    Shapes:
        patches  (N, 3, SIDE, SIDE)
    """
    image = _side_by_side(patches.transpose(1, 0, 2, 3))
    first = forward_layer(image, LAYERS[0], _bank(parameters, 1))
    layer2_input = _side_by_side(_apart(first.output, len(patches)))
    second = forward_layer(layer2_input, LAYERS[1], _bank(parameters, 2))
    return BatchTrace(image, first, layer2_input, second, _apart(second.output, len(patches)))


def backward(trace: BatchTrace, gradient: Float) -> Parameters:
    """Return the gradients of a loss with respect to the parameters of both layers, summed over the batch.

    Shapes:
        gradient  (32, N, SIDE / 4, SIDE / 4), with respect to `trace.output`
    """
    count = gradient.shape[1]
    below = _through(_side_by_side(gradient), trace.second)
    found = _own(trace.layer2_input, below, 2)
    weight, spec = trace.second.bank.weight, _sliding(2)
    below = adjoint.input_gradient(below, weight, spec, trace.layer2_input.shape[1:])
    below = _through(_side_by_side(_apart(below, count)), trace.first)
    return found | _own(trace.image, below, 1)


def _bank(parameters: Parameters, number: int) -> FilterBank:
    return FilterBank(parameters[f"layer{number}/weight"], parameters[f"layer{number}/bias"])


def _side_by_side(maps: Float) -> Float:
    """Join maps, (C, N, h, w), in a row with zeros in the gaps, (C, h, N * (w + gap)); read-only."""
    channels, count, height, width = maps.shape
    wide = np.zeros((channels, height, count, width + width * GAP // SIDE), np.float32)
    wide[..., :width] = maps.transpose(0, 2, 1, 3)
    wide.setflags(write=False)  # otherwise the engine copies it
    return wide.reshape(channels, height, -1)


def _apart(wide: Float, count: int) -> Float:
    """Split joined maps again, without the gaps: a view, (C, N, h, w)."""
    channels, height, _ = wide.shape
    maps = wide.reshape(channels, height, count, -1)
    width = maps.shape[3] * SIDE // (SIDE + GAP)
    return maps[..., :width].transpose(0, 2, 1, 3)


def _through(gradient: Float, layer: LayerTrace) -> Float:
    return gradients.through_activation(gradients.through_pool(gradient, layer), layer)


def _own(x: Float, below: Float, number: int) -> Parameters:
    return {
        f"layer{number}/weight": adjoint.weight_gradient(x, below, _sliding(number)),
        f"layer{number}/bias": below.sum(axis=(1, 2)),
    }


def _sliding(number: int) -> LayerSpec:
    return LAYERS[number - 1].sliding(filters=LAYERS[number - 1].filters)
