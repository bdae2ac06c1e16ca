"""Computes the pass, the fold and the wall of a state, with byte-bounded caches and cost limits."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from app.engine.spec.stack import StackSpec
from app.lab.compute import folds, price_limits, prices, walls
from app.lab.compute.buffers import Buffers
from app.lab.compute.folds import Fold, FoldResults
from app.lab.compute.layer_cache import Pass, Traces
from app.lab.compute.prices import Asked, Price
from app.lab.compute.walls import Wall
from app.lab.compute.weight_banks import Banks
from app.lab.errors import NoSuchMap
from app.lab.keep.byte_cache import ByteCache, belongs_to, uses_weights
from app.lab.keep.imports import Imports
from app.lab.keep.pictures import MIB, Pictures, PreparedPicture
from app.lab.keep.samples import Samples
from app.lab.keep.weight_jobs import WeightJobs, limits_of
from app.lab.state import cost, muting
from app.lab.state.state import LAYERS, State
from app.messages import sentence
from app.settings import Settings
from app.untrusted.pictures import decode
from app.untrusted.pool import Workers

Means = NDArray[np.float64]

NOTHING: frozenset[int] = frozenset()
WALLS_BYTES = 32 * MIB  # sixteen walls of 64 x 32 contributions
FOLDS_BYTES = 64 * MIB  # four folds of 64 maps of 256 x 256


class Passes:
    """Computes and caches the pass, folds and walls of a state. Safe to share between threads."""

    def __init__(self, settings: Settings, samples: Samples) -> None:
        self.limits = cost.CostLimits(
            multiply_adds=settings.max_multiply_adds, nbytes=settings.max_pass_mib * MIB
        )
        self._most_bytes = settings.compute_mib * MIB
        self.workers = Workers(settings.threads, imports=decode.warm_up)
        self.pictures = Pictures(settings, samples, self.workers)
        self.threads = settings.threads
        self._folds: ByteCache[FoldResults] = ByteCache(
            FOLDS_BYTES, size_of=lambda parts: parts.nbytes
        )
        # The contributions of the next fold lie where those of one lay that is not kept any more.
        self._fold_buffers = Buffers(FOLDS_BYTES, self._folds.make_room)
        self._walls: ByteCache[tuple[Float, Means]] = ByteCache(
            WALLS_BYTES, size_of=lambda parts: parts[0].nbytes + parts[1].nbytes
        )
        jobs = WeightJobs(self.workers, self.pictures.decoder.budget, limits_of(settings))
        self.banks = Banks(Imports(settings, jobs))
        self._traces = Traces(settings.trace_cache_mib * MIB, self.banks, threads=settings.threads)

    def warm_up(self) -> None:
        """Allocate the memory that passes of the default stack need."""
        self._traces.warm_up(StackSpec())

    def forget(self, image_id: str) -> None:
        """Drop everything in memory that was computed from an upload."""
        for cache in (self._folds, self._walls):
            cache.drop(belongs_to(image_id))
        self._traces.forget(belongs_to(image_id))

    def forget_weights(self, key: str) -> None:
        """Drop everything computed with imported weights, given the hash at the end of their id."""
        for cache in (self._folds, self._walls):
            cache.drop(uses_weights(key))
        self._traces.forget_weights(key)

    def check(self, state: State) -> None:
        """Refuse a state whose picture or weights are not kept any more, even if results of it are in memory.

        Raises:
            UnknownImage, UnknownWeights: the message says what would work.
        """
        self.ready(state)
        self.banks.check(state.stack)

    def ready(self, state: State) -> PreparedPicture:
        """Return the picture prepared as the state's settings say.

        Raises:
            UnknownImage: no picture has this id, or it is no longer kept.
        """
        return self.pictures.ready(state)

    def price(self, asked: Asked) -> Price:
        """Return what a view costs.

        Raises:
            SpecError: it costs more than one view may.
        """
        price = prices.price_of(asked)
        price_limits.check(asked, price, self.limits, self._most_bytes)
        return price

    def run(self, state: State) -> Pass:
        """Return the pass of the state.

        Raises:
            UnknownImage, UnknownWeights: see `check`.
            SpecError: the pass costs more than the limits.
        """
        cost.check(state.stack, self.limits)
        return self._run(state)

    def layer_run(self, state: State, layer: int) -> Pass:
        """Return a pass for `layer` and the layers below it.

        An address of layer 1 omits the settings of layer 2, so these must not decide whether it works.
        """
        return self.run(_for_layer(state, layer))

    def alone(self, state: State, layer: int, traces: Traces) -> Pass:
        """Return a pass for no more than `layer` and the layers below it.

        It stays out of the shared cache, which holds the passes that people look at.
        """
        if layer == 1:
            state = muting.layer1_alone(state)
        cost.check(state.stack, self.limits)
        return self._run(state, traces)

    def once(self, state: State, image: Float, layer: int) -> Pass:
        """Return a pass for `layer` and the layers below it, of an image that is forgotten with it.

        The picture of the state is not read.

        Shapes:
            image  (C, size, size)  in [0, 1]

        Raises:
            UnknownWeights, SpecError: see `check` and `run`.
        """
        state = _for_layer(state, layer)
        cost.check(state.stack, self.limits)
        self.banks.check(state.stack)
        return self._traces.once(image, state.stack, state.muted)

    def _run(self, state: State, traces: Traces | None = None) -> Pass:
        picture = (state.image_id, state.fit, state.stack.size, state.stack.channels)
        image = self.ready(state).prepared.image
        self.banks.check(state.stack)
        return (traces or self._traces).of(picture, image, state.stack, state.muted)

    def fold(self, state: State, layer: int, channel: int) -> Fold:
        """Return the fold of one map.

        Raises:
            NoSuchMap: the stack has no such layer or map.
        """
        check_map(state, layer, channel)
        run, parts = self._parts(state, layer, channel)
        whole = self._parts(muting.hearing_all(state), layer, channel)[1] if run.muted else parts
        return Fold(run=run, layer=layer, channel=channel, parts=parts, end=whole.end)

    def _parts(self, state: State, layer: int, channel: int) -> tuple[Pass, FoldResults]:
        run = self.layer_run(state, layer)
        key = (state.image_id, state.fit, state.stack, run.muted, layer, channel)
        measure = partial(folds.measure, run, layer, channel, empty=self._fold_buffers.empty)
        return run, self._folds.get(key, measure)

    def wall(self, state: State, layer: int) -> Wall:
        """Return the wall of one layer.

        Raises:
            NoSuchMap: the stack has no such layer.
        """
        check_layer(layer)
        run = self.layer_run(state, layer)
        key = (state.image_id, state.fit, run.spec, layer)
        measure = partial(walls.measure, run.whole, layer, threads=self.threads)
        return walls.without_muted(run, layer, *self._walls.get(key, measure))

    def hearing_all(self, state: State) -> Pass:
        """Return the pass of the state with no map muted."""
        return self.run(muting.hearing_all(state))


def _for_layer(state: State, layer: int) -> State:
    if layer != 1 or state.display.scale == "stack":
        return state
    return muting.layer1_alone(state)


def check_layer(layer: int) -> None:
    """Refuse a layer that does not exist.

    Raises:
        NoSuchMap: the message says which layers exist.
    """
    if layer not in LAYERS:
        raise NoSuchMap(
            sentence("The stack has no layer {layer}; 1 and 2 would work.", layer=layer)
        )


def check_map(state: State, layer: int, channel: int) -> None:
    """Refuse a map that the stack does not have.

    Raises:
        NoSuchMap: the message says which maps exist.
    """
    check_layer(layer)
    filters = state.stack.layers[layer - 1].filters
    if not 0 <= channel < filters:
        raise NoSuchMap(
            sentence(
                "Layer {layer} has no map {channel}; 0 to {last} would work.",
                layer=layer,
                channel=channel,
                last=filters - 1,
            )
        )
