"""The backward pass of the stack: how a loss changes with the image, the weights and the biases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from app.engine.backward import adjoint
from app.engine.backward.derivatives import derivative
from app.engine.compute.forward import intermediate_maps
from app.engine.compute.trace import LayerTrace, Trace
from app.engine.errors import ShapeError
from app.messages import sentence


@dataclass(frozen=True, eq=False)
class LayerGradients:
    """The gradients of a loss with respect to the arrays of one layer.

    Shapes, as in the layer's bank and maps:
        weight         the kernels
        bias           (F,)
        pointwise      the 1x1 factor; None where there is none
        preactivation  (F, H', W')
    """

    weight: Float
    bias: Float
    pointwise: Float | None
    preactivation: Float


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradients of a loss with respect to the image, (C, H, W), and to each layer up to the chosen one."""

    image: Float
    layers: tuple[LayerGradients, ...]


def backward(trace: Trace, gradient: Float, *, layer: int = 2) -> Gradients:
    """Return the gradients of a loss, given its gradient with respect to the output of layer `layer` (1 or
    2).

    The output is taken after the pool, if the layer has one. At the kink of an activation the slope from
    the left is used. Where several values of a max pool are equally large, the first in reading order gets
    the gradient. A muted map passes none down.

    Shapes:
        gradient  trace.spec.output_shape(layer)

    Raises:
        ShapeError: `gradient` has another shape.
    """
    wanted = trace.layers[layer - 1].output.shape
    if gradient.shape != wanted:
        raise ShapeError(
            sentence(
                "gradient is {shape}; {wanted} would work.", shape=gradient.shape, wanted=wanted
            )
        )
    layers: list[LayerGradients] = []
    for number in range(layer, 0, -1):
        this, x = trace.layers[number - 1], trace.input_of(number)
        if number == 1 and layer == 2 and trace.muted_output is not None:
            gradient = np.where(muted_maps(trace), np.float32(0), gradient)
        preactivation = through_activation(through_pool(gradient, this), this)
        own, gradient = _through_convolution(preactivation, this, x)
        layers.insert(0, own)
    return Gradients(gradient, tuple(layers))


def full_weight(trace: Trace, gradients: Gradients, layer: int) -> Float:
    """Return the gradient with respect to the equivalent full bank of a layer of any kind.

    It includes the kernels that the kind of layer fixes at zero: the gradient that they would have if they
    were free.

    Shapes:
        return  (F, C, kh, kw)
    """
    x, preactivation = trace.input_of(layer), gradients.layers[layer - 1].preactivation
    spec = trace.layers[layer - 1].spec.sliding(filters=len(preactivation))
    return adjoint.weight_gradient(x, preactivation, spec)


def through_pool(gradient: Float, layer: LayerTrace) -> Float:
    """Send a gradient back through a layer's pool: to the largest value of a window, or in equal parts to
    all.

    Shapes:
        gradient  (F, H'', W'')
        return    (F, H', W')
    """
    if layer.spec.pool == "none":
        return gradient
    size, maps = layer.spec.pool_size, np.zeros(layer.activation.shape, np.float32)
    height, width = (size * side for side in gradient.shape[1:])
    free = np.ones(gradient.shape, np.bool_)
    for i, j in np.ndindex(size, size):
        tap = (slice(None), slice(i, height, size), slice(j, width, size))
        if layer.spec.pool == "average":
            maps[tap] = gradient * np.float32(1 / size**2)
            continue
        won = free & (layer.activation[tap] == layer.output)
        maps[tap] = np.where(won, gradient, np.float32(0))
        free &= ~won
    return maps


def through_activation(gradient: Float, layer: LayerTrace) -> Float:
    """Send a gradient back through a layer's activation function.

    Shapes:
        gradient, return  (F, H', W')
    """
    if layer.spec.activation == "linear":
        return gradient
    return gradient * derivative(layer.spec.activation, layer.preactivation)


def muted_maps(trace: Trace) -> NDArray[np.bool_]:
    """Return which maps of layer 1 are muted: True where layer 2 reads zeros instead.

    Shapes:
        return  (C, 1, 1)
    """
    heard, output = trace.input_of(2), trace.layers[0].output
    silenced: NDArray[np.bool_] = (heard != output).any(axis=(1, 2), keepdims=True)
    return silenced


def _through_convolution(
    gradient: Float, layer: LayerTrace, x: Float
) -> tuple[LayerGradients, Float]:
    """Return a layer's gradients and that of its input, given the gradient of its pre-activation."""
    bank, inputs = layer.bank, [x]
    factors = [bank.weight]
    between = intermediate_maps(x, bank, layer.spec)
    if bank.pointwise is not None and between is not None:
        factors.append(bank.pointwise[:, :, None, None])
        inputs.append(between)
    if layer.spec.kind == "pointwise_first":
        factors.reverse()
    below, found = gradient, []
    for spec, factor, read in zip(
        reversed(layer.spec.steps(len(x))), reversed(factors), reversed(inputs), strict=True
    ):
        found.append(adjoint.weight_gradient(read, below, spec))
        below = adjoint.input_gradient(below, factor, spec, (read.shape[1], read.shape[2]))
    if layer.spec.kind == "separable":
        found.reverse()
    weight, *pointwise = found
    own = LayerGradients(
        weight=weight,
        bias=gradient.sum(axis=(1, 2)),
        pointwise=pointwise[0][:, :, 0, 0] if pointwise else None,
        preactivation=gradient,
    )
    return own, below
