"""A layer in which only a few filters changed: only their maps are computed again."""

from collections.abc import Sequence

import numpy as np

from app.engine.arrays import Empty, Float, fresh
from app.engine.compute.conv import conv2d
from app.engine.compute.forward import activate
from app.engine.compute.trace import FilterBank, LayerTrace
from app.engine.spec.geometry import group
from app.engine.spec.stack import LayerSpec


def revise(
    base: LayerTrace,
    x: Float,
    spec: LayerSpec,
    bank: FilterBank,
    changed: Sequence[int],
    *,
    threads: int = 1,
    empty: Empty = fresh,
) -> LayerTrace:
    """Return the trace of a layer that differs from `base` only in the filters `changed`.

    `x` is the input of both; `spec` and `bank` belong to the new layer, which has no factors. `empty`
    allocates its maps.

    Shapes:
        x  (C, H, W)
    """
    some = list(changed)
    preactivation = _copy(base.preactivation, empty)
    preactivation[some] = _maps(x, spec, bank, some, threads=threads)
    activation, output = activate(preactivation[some], spec, threads=threads)
    linear, pooled = spec.activation == "linear", spec.pool != "none"
    activations = preactivation if linear else _copy(base.activation, empty)
    activations[some] = activation
    outputs = _copy(base.output, empty) if pooled else activations
    outputs[some] = output
    for array in (preactivation, activations, outputs, bank.weight, bank.bias):
        array.setflags(write=False)
    bank = FilterBank(bank.weight, bank.bias, bank.names, kind=spec.kind, groups=base.bank.groups)
    return LayerTrace(spec, bank, preactivation, activations, outputs)


def _maps(x: Float, spec: LayerSpec, bank: FilterBank, some: list[int], *, threads: int) -> Float:
    each = bank.weight.shape[1]
    if each == len(x):
        sliding = spec.sliding(filters=len(some))
        return conv2d(x, bank.weight[some], bank.bias[some], sliding, threads=threads)
    sliding, per_group = spec.sliding(filters=1), len(bank.weight) * each // len(x)
    made = []
    for one in some:
        reads = group(one, each, per_group)
        own = x[reads.start : reads.stop], bank.weight[[one]], bank.bias[[one]]
        made.append(conv2d(*own, sliding, threads=threads)[0])
    return np.array(made)


def _copy(array: Float, empty: Empty) -> Float:
    copy = empty(array.shape)
    copy[...] = array
    return copy
