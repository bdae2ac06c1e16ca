"""One forward pass: the image through both layers, with every array recorded."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from app.engine.arrays import Empty, Float, fresh
from app.engine.compute.activations import apply_into
from app.engine.compute.conv import conv2d
from app.engine.compute.factored import convolve_factored
from app.engine.compute.pooling import pool_into, pooled_shape, scratch
from app.engine.compute.threads import batches, share
from app.engine.compute.trace import FilterBank, LayerTrace, Trace
from app.engine.errors import ShapeError
from app.engine.spec.stack import LayerSpec, StackSpec
from app.messages import sentence

# Is shown a few maps while the cache of a core holds them: their channels, pre-activations and outputs.
Look: TypeAlias = Callable[[slice, Float, Float], None]


def forward(
    image: Float,
    spec: StackSpec,
    banks: tuple[FilterBank, FilterBank],
    *,
    first: LayerTrace | None = None,
    threads: int = 1,
    empty: Empty = fresh,
) -> Trace:
    """Run the image through both layers and return what each did.

    `image` is what `normalisation.normalise` returns. `first` is layer 1 of an earlier pass of the same image
    with the same settings of layer 1: it is reused, and only layer 2 is computed. `empty` allocates the
    maps.

    Shapes:
        image  spec.input_shape(1)
        banks  as `filters.bank_for` returns them

    Raises:
        ShapeError: the image, a bank or `first` disagrees with `spec`.
    """
    _check_image(image, spec)
    image = _frozen(image)
    if first is None:
        first = forward_layer(image, spec.layers[0], banks[0], threads=threads, empty=empty)
    elif first.spec != spec.layers[0] or first.output.shape != spec.output_shape(1):
        raise ShapeError(
            sentence(
                "first is a pass of {spec} with an output of {output}; one of {wanted_spec} with "
                "{wanted_output} would work.",
                spec=first.spec,
                output=first.output.shape,
                wanted_spec=spec.layers[0],
                wanted_output=spec.output_shape(1),
            )
        )
    second = forward_layer(first.output, spec.layers[1], banks[1], threads=threads, empty=empty)
    return Trace(spec, image, (first, second))


def forward_layer(
    x: Float,
    spec: LayerSpec,
    bank: FilterBank,
    *,
    threads: int = 1,
    empty: Empty = fresh,
    look: Look | None = None,
) -> LayerTrace:
    """Run feature maps through one layer and return what it did. `empty` allocates its maps, and `look` is shown
    each of them, by several threads.

    Shapes:
        x       (C, H, W)
        bank    see FilterBank, for the kind of the layer

    Raises:
        ShapeError: `x` or `bank` disagrees with `spec`.
        SpecError: no placement of the kernel fits the padded input.
    """
    bank = _frozen_bank(bank, spec, len(x))
    preactivation = convolve(x, bank, spec, threads=threads, empty=empty)
    activation, output = activate(preactivation, spec, threads=threads, empty=empty, look=look)
    for array in (preactivation, activation, output):
        array.setflags(write=False)
    return LayerTrace(spec, bank, preactivation, activation, output)


def convolve(
    x: Float, bank: FilterBank, spec: LayerSpec, *, threads: int = 1, empty: Empty = fresh
) -> Float:
    """Return the pre-activations of a layer of any kind.

    Shapes:
        x       (C, H, W)
        return  (F, H', W')
    """
    if not spec.factored:
        (step,) = spec.steps(len(x))
        return conv2d(x, bank.weight, bank.bias, step, threads=threads, empty=empty)
    pointwise = _pointwise_of(bank, spec)
    return convolve_factored(
        x, bank.weight, pointwise, bank.bias, spec, threads=threads, empty=empty
    )


def intermediate_maps(
    x: Float, bank: FilterBank, spec: LayerSpec, *, threads: int = 1, empty: Empty = fresh
) -> Float | None:
    """Return the intermediate maps between the two factors of a layer; None if it has no factors.

    A pass does not keep these maps, so they are computed anew.

    Shapes:
        x       (C, H, W)
        return  (M, h, w)
    """
    if not spec.factored:
        return None
    first, pointwise = spec.steps(len(x))[0], _pointwise_of(bank, spec)
    weight = bank.weight if spec.kind == "separable" else pointwise[:, :, None, None]
    no_bias = np.zeros(first.filters, np.float32)
    return conv2d(x, weight, no_bias, first, threads=threads, empty=empty)


def activate(
    maps: Float,
    spec: LayerSpec,
    *,
    threads: int = 1,
    empty: Empty = fresh,
    look: Look | None = None,
) -> tuple[Float, Float]:
    """Return the activations of pre-activations, and the layer's output: the activations after the pool.

    Linear activations are the pre-activations themselves. Without a pool the output is the array of activations.

    Both are computed map by map, since one map fits the cache, and `look` is shown a few at a time.

    Shapes:
        maps    (F, H', W')
        return  (F, H', W') and (F, H'', W'')
    """
    linear, pools = spec.activation == "linear", spec.pool != "none"
    activation = maps if linear else empty(maps.shape)
    output = empty(pooled_shape(maps, spec.pool_size)) if pools else activation

    def work(shared: Iterator[slice]) -> None:
        rows = scratch(maps, spec.pool_size)
        for some in shared:
            for channel in range(some.start, some.stop):
                if not linear:
                    apply_into(activation[channel], spec.activation, maps[channel])
                if pools:
                    pool_into(output[channel], activation[channel], spec.pool, spec.pool_size, rows)
            if look:
                look(some, maps[some], output[some])

    if look or output is not maps:
        share(batches(maps), work, threads=threads)
    return activation, output


def _check_image(image: Float, spec: StackSpec) -> None:
    if image.shape != spec.input_shape(1):
        raise ShapeError(
            sentence(
                "image is {shape}; {wanted} would work.",
                shape=image.shape,
                wanted=spec.input_shape(1),
            )
        )


def _frozen_bank(bank: FilterBank, spec: LayerSpec, channels: int) -> FilterBank:
    return FilterBank(
        weight=_frozen(bank.weight),
        bias=_frozen(bank.bias),
        names=bank.names,
        pointwise=None if bank.pointwise is None else _frozen(bank.pointwise),
        kind=spec.kind,
        groups=spec.kernel_groups(channels),
    )


def _frozen(array: Float) -> Float:
    """Return a read-only copy, or the array itself if it is read-only already."""
    if array.flags.writeable:
        array = array.copy()
        array.setflags(write=False)
    return array


def _pointwise_of(bank: FilterBank, spec: LayerSpec) -> Float:
    if bank.pointwise is None:
        raise ShapeError(
            sentence("bank has no pointwise factor; a {kind} layer works with one.", kind=spec.kind)
        )
    return bank.pointwise
