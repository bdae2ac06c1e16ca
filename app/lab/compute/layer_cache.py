"""Passes through the stack, computed on demand and cached layer by layer.

A pass in which only layer 2 changed reuses layer 1; a request about layer 1 never computes layer 2.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from app.engine.compute.forward import forward_layer
from app.engine.compute.revised import revise
from app.engine.compute.trace import FilterBank, Trace
from app.engine.errors import SpecError
from app.engine.explain.flip import greatest_differences
from app.engine.explain.statistics import Range
from app.engine.explain.wall import mute
from app.engine.spec import weight_names
from app.engine.spec.normalisation import normalise
from app.engine.spec.stack import StackSpec
from app.lab.compute.buffers import Buffers
from app.lab.compute.recorded import RecordedLayer, Seen
from app.lab.compute.weight_banks import Banks
from app.lab.compute_timing import timed
from app.lab.keep.byte_cache import ByteCache, uses_weights
from app.messages import sentence

# Bytes of maps in addition to those that are kept: two passes of the default stack.
BEING_COMPUTED = 96 * 2**20
LARGEST_VALUE = 1e36  # of a map; sums over all maps then stay within float32, which ends at 3.4e38

Key: TypeAlias = tuple[object, ...]


class Pass:
    """One pass, whose layers are computed, or found in the cache, on first use."""

    def __init__(
        self,
        spec: StackSpec,
        image: Float,
        muted: frozenset[int],
        layers: tuple["Find", "Find"],
        banks: Banks,
        whole: "Pass | None" = None,
    ) -> None:
        self.spec = spec
        self._banks = banks
        self.image = image  # (C, H, W), the input of layer 1
        self.muted = muted
        self._whole = whole  # the same pass with nothing muted: scales stay the same
        self._layers = layers
        self._found: dict[int, RecordedLayer] = {}
        self._silenced: Float | None = None

    @property
    def whole(self) -> "Pass":
        """Return the same pass with nothing muted."""
        return self._whole or self

    def bank(self, number: int) -> FilterBank:
        """Return the weights of layer `number` (1 or 2), without computing the layer; shapes as in FilterBank."""
        return self._banks.bank(self.spec, number)

    def layer(self, number: int) -> RecordedLayer:
        """Return layer `number` (1 or 2)."""
        if number not in self._found:
            self._found[number] = self._layers[number - 1](self)
        return self._found[number]

    def layer2_input(self) -> Float:
        """Return the input of layer 2, (C, H, W): the output of layer 1 with muted maps set to zero."""
        output = self.layer(1).trace.output
        if not self.muted:
            return output
        if self._silenced is None:
            self._silenced = mute(output, self.muted)
        return self._silenced

    def turned(self, number: int) -> tuple[float, ...] | None:
        """Return the greatest change that flipping the kernels makes in each map of a layer; None if none is
        flipped.
        """
        if not self.spec.flip:
            return None
        one = self.layer(number)

        def compute() -> tuple[float, ...]:
            found = greatest_differences(self.trace(), number, threads=one.threads)
            return tuple(found.tolist())

        return one.results.get("turned", compute)

    def trace(self) -> Trace:
        """Return both layers as a Trace, for the engine's explanations."""
        silenced = self.layer2_input() if self.muted else None
        layers = (self.layer(1).trace, self.layer(2).trace)
        return Trace(spec=self.spec, image=self.image, layers=layers, muted_output=silenced)


Find: TypeAlias = Callable[[Pass], RecordedLayer]


class Traces:
    """Computes passes and caches their layers within `nbytes`."""

    def __init__(self, nbytes: int, banks: Banks, *, threads: int) -> None:
        self._banks = banks
        self._layers: ByteCache[RecordedLayer] = ByteCache(
            nbytes, size_of=lambda layer: layer.nbytes
        )
        self._nbytes = nbytes
        # What is being computed comes first: kept layers give way, and their memory is used again.
        self._buffers = Buffers(nbytes + BEING_COMPUTED, self._layers.make_room)
        self._threads = threads

    def of(
        self,
        picture: object,
        image: NDArray[np.float32],
        spec: StackSpec,
        muted: frozenset[int] = frozenset(),
    ) -> Pass:
        """Return the pass of `image`, (C, H, W) in [0, 1], through `spec`; `picture` is the cache key of the
        image.

        For layer 2, the `muted` maps of layer 1 are zero.
        """
        read = normalise(image, spec.normalise)
        first_key = (picture, spec.normalise, _drawn(spec, 1))
        second_key = (*first_key, _drawn(spec, 2), muted)

        # The pass is an argument, because a closure over it would be a reference cycle and keep its maps until
        # the next garbage collection.
        def first(_: Pass) -> RecordedLayer:
            return self._layers.get(first_key, lambda: self._run(read, spec, 1, first_key))

        def second(one: Pass) -> RecordedLayer:
            return self._layers.get(
                second_key, lambda: self._run(one.layer2_input(), spec, 2, second_key)
            )

        whole = self.of(picture, image, spec) if muted else None
        return Pass(spec, read, muted, (first, second), self._banks, whole)

    def once(
        self,
        image: NDArray[np.float32],
        spec: StackSpec,
        muted: frozenset[int] = frozenset(),
    ) -> Pass:
        """Return the pass of an image of which nothing is kept; its maps lie in memory that is used again."""
        read = normalise(image, spec.normalise)
        whole = self.once(image, spec) if muted else None

        def first(_: Pass) -> RecordedLayer:
            return whole.layer(1) if whole else self._run(read, spec, 1, None)

        def second(one: Pass) -> RecordedLayer:
            return self._run(one.layer2_input(), spec, 2, None)

        return Pass(spec, read, muted, (first, second), self._banks, whole)

    def forget(self, of: Callable[[Any], bool]) -> None:
        """Drop all cached layers of the pictures whose key `of` selects."""
        self._layers.drop(lambda key: of(cast(Any, key)[0]))

    def forget_weights(self, key: str) -> None:
        """Drop all layers computed with imported weights, given the hash at the end of their id."""
        self._layers.drop(uses_weights(key))

    def warm_up(self, spec: StackSpec) -> None:
        """Allocate the memory that passes of `spec` will reuse."""
        shapes = [spec.output_shape(number) for number in (1, 2) for _ in range(2)]
        passes = (self._nbytes + BEING_COMPUTED) // sum(4 * prod(shape) for shape in shapes)
        self._buffers.warm_up(shapes * passes)

    @timed("pass")
    def _run(self, x: Float, spec: StackSpec, number: int, key: Key | None) -> RecordedLayer:
        bank, empty = self._banks.bank(spec, number), self._buffers.empty
        layer = spec.layers[number - 1]
        changed = sorted({edit.filter for edit, _ in spec.edits(number)})
        base = self._layers.find(_unedited(key, spec, number)) if changed and key else None
        if base is None:
            seen = Seen(spec, number)
            trace = forward_layer(
                x, layer, bank, threads=self._threads, empty=empty, look=seen.look
            )
        else:
            seen = None
            trace = revise(base.trace, x, layer, bank, changed, threads=self._threads, empty=empty)
        recorded = RecordedLayer(trace, threads=self._threads, seen=seen)
        check_magnitude(number, recorded.ranges("preactivation"))
        return recorded


def check_magnitude(number: int, found: Sequence[Range]) -> None:
    """Refuse maps of layer `number` so large that they, or sums over them, are not finite.

    Raises:
        SpecError: names the weights of the layer.
    """
    # Comparing with what is not a number is false.
    if not all(one.minimum >= -LARGEST_VALUE and one.maximum <= LARGEST_VALUE for one in found):
        raise SpecError(
            f"weights{number}",
            sentence(
                "The weights of layer {number} are so large that its maps pass {most:.0e} and cannot be "
                "computed with; smaller weights, or another normalise, would work.",
                number=number,
                most=LARGEST_VALUE,
            ),
        )


def _unedited(key: Key, spec: StackSpec, number: int) -> Key:
    """Return the key of the same layer on the same input without edited kernels."""
    own = key.index(_drawn(spec, number))
    layers = list(spec.layers)
    layers[number - 1] = replace(layers[number - 1], edit=())
    plain = replace(spec, layers=(layers[0], layers[1]))
    return (*key[:own], _drawn(plain, number), *key[own + 1 :])


def _drawn(spec: StackSpec, number: int) -> object:
    # The seed matters only for random weights, the step only for trained ones.
    layer = spec.layers[number - 1]
    seed = spec.seed if layer.weights == weight_names.RANDOM else None
    step = spec.step if layer.weights == weight_names.TRAINED else None
    first = spec.layers[0].weights if number == 2 else None
    return (layer, spec.flip, seed, step, first)
