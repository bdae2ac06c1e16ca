"""Passes through the stack, kept layer by layer: a pass in which only layer 2 changed reuses layer 1."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.engine.filters import bank_for
from app.engine.spec import StackSpec
from app.engine.stack import forward_layer, normalise
from app.engine.stats import Statistics, all_statistics, common_magnitude
from app.engine.trace import LayerTrace, Trace
from app.lab.cache import ByteCache
from app.lab.state import Show

BEYOND_SCALE = 0.005  # share of a layer's values that have the last colour of a shared scale


@dataclass(frozen=True)
class RecordedLayer:
    """One layer's arrays and, once asked for, the statistics of its maps."""

    trace: LayerTrace

    @cached_property
    def activation(self) -> tuple[Statistics, ...]:
        """Return the statistics of each map after the activation."""
        return all_statistics(self.trace.activation)

    @cached_property
    def preactivation(self) -> tuple[Statistics, ...]:
        """Return the statistics of each map before the activation."""
        if self.trace.preactivation is self.trace.activation:
            return self.activation
        return all_statistics(self.trace.preactivation)

    def common_magnitude(self, show: Show) -> float:
        """Return where a colour scale over the whole layer ends."""
        return self._common_activation if show == "activation" else self._common_preactivation

    @cached_property
    def _common_activation(self) -> float:
        return common_magnitude(self.trace.activation, beyond=BEYOND_SCALE)

    @cached_property
    def _common_preactivation(self) -> float:
        return common_magnitude(self.trace.preactivation, beyond=BEYOND_SCALE)


@dataclass(frozen=True)
class Pass:
    """One pass: the trace, and its two layers with their statistics."""

    trace: Trace
    layers: tuple[RecordedLayer, RecordedLayer]


class Traces:
    """Computes passes and keeps their layers within `nbytes`."""

    def __init__(self, nbytes: int, *, threads: int) -> None:
        self._layers: ByteCache[RecordedLayer] = ByteCache(nbytes, size_of=_nbytes)
        self._threads = threads

    def of(self, picture: object, image: NDArray[np.float32], spec: StackSpec) -> Pass:
        """Return the pass of `image` (C, H, W) in [0, 1] through `spec`; `picture` identifies the image."""
        read = normalise(image, spec.normalise)
        key = (picture, spec.normalise, spec.seed, spec.layers[0])
        first = self._layers.get(key, lambda: self._run(read, spec, 1))
        second = self._layers.get(
            (*key, spec.layers[1]), lambda: self._run(first.trace.activation, spec, 2)
        )
        trace = Trace(spec=spec, image=read, layers=(first.trace, second.trace))
        return Pass(trace=trace, layers=(first, second))

    def _run(self, x: NDArray[np.float32], spec: StackSpec, number: int) -> RecordedLayer:
        layer = spec.layers[number - 1]
        bank = bank_for(spec, number)
        return RecordedLayer(forward_layer(x, layer, bank, threads=self._threads))


def _nbytes(layer: RecordedLayer) -> int:
    arrays = (layer.trace.bank.weight, layer.trace.preactivation, layer.trace.activation)
    return sum({id(array): array.nbytes for array in arrays}.values())
