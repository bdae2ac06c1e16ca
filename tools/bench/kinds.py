"""Each kind of layer, compared with the standard one, and the pools: `python -m tools.bench.kinds`."""

from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from app.engine.arrays import Float
from app.engine.compute.filters import bank_for
from app.engine.compute.forward import activate, forward_layer
from app.engine.spec.stack import POOL_SIZES, LayerSpec, StackSpec
from app.lab.compute.buffers import Buffers
from tools.bench.engine import REUSED_BYTES, ROUNDS, THREADS, interleaved
from tools.bench.report import Line, table

Kinds: TypeAlias = dict[str, dict[str, Any]]

SIDE = 256
POOLED = 64
POOL_AIM_MS = 3
STANDARD = "standard, 3x3"
SEPARABLE, POINTWISE_FIRST = "separable (depthwise-first)", "pointwise-first"
FACTORED: Kinds = {
    STANDARD: {},
    SEPARABLE: {"kind": "separable"},
    POINTWISE_FIRST: {"kind": "pointwise_first"},
}
TWICE: Kinds = {
    f"{SEPARABLE}, multiplier 2": {"kind": "separable", "multiplier": 2},
    f"{POINTWISE_FIRST}, multiplier 2": {"kind": "pointwise_first", "multiplier": 2},
}
OTHERS: Kinds = {"in 8 groups": {"groups": 8}, "1x1": {"kernel": (1, 1)}}
DEPTHWISE: Kinds = {"depthwise": {"kind": "depthwise"}}
SHAPES: tuple[tuple[int, int, Kinds], ...] = (  # channels, filters, kinds
    (3, 64, FACTORED),
    (64, 32, FACTORED | TWICE | OTHERS),
    (64, 64, FACTORED | OTHERS | DEPTHWISE),
    (64, 8, FACTORED | TWICE),
    (64, 2, FACTORED),
)


def lines() -> list[Line]:
    """Time layers of several shapes as each kind, and the cost of pooling 64 maps.

    The kinds have no aim: fewer multiply-adds, in small products, may well take as long as the standard layer.
    """
    maps = np.random.default_rng(0).standard_normal((POOLED, SIDE, SIDE), np.float32)
    with threadpool_limits(1, user_api="blas"):
        of_kinds = [line for shape in SHAPES for line in _kinds(maps, *shape)]
        return of_kinds + _pools(maps)


def _kinds(maps: Float, channels: int, filters: int, kinds: Kinds) -> list[Line]:
    passes = {name: _layer(maps[:channels], filters, settings) for name, settings in kinds.items()}
    times = interleaved(passes, ROUNDS)
    standard = median(times[STANDARD])
    return [
        Line(
            what=f"{channels} to {filters} maps: {name}",
            median_ms=median(taken),
            best_ms=min(taken),
            ratio=None if name == STANDARD else median(taken) / standard,
            peer=None if name == STANDARD else STANDARD,
        )
        for name, taken in times.items()
    ]


def _layer(maps: Float, filters: int, settings: dict[str, Any]) -> Callable[[], Float]:
    layer = LayerSpec(**{"filters": filters, "weights": "random", **settings})
    one = LayerSpec(filters=len(maps), weights="random")
    spec = StackSpec(size=SIDE, layers=(one, layer))
    run = partial(
        forward_layer,
        maps,
        spec.layers[1],
        bank_for(spec, 2),
        threads=THREADS,
        empty=Buffers(REUSED_BYTES).empty,  # like the server
    )
    return lambda: run().output


def _pools(maps: Float) -> list[Line]:
    memory = Buffers(REUSED_BYTES)
    layers = {"without a pool": LayerSpec(filters=POOLED)} | {
        f"{how}-pool of {size}": LayerSpec(filters=POOLED, pool=how, pool_size=size)
        for how in ("max", "average")
        for size in POOL_SIZES
    }

    def passing(layer: LayerSpec) -> Callable[[], Float]:
        return lambda: activate(maps, layer, threads=THREADS, empty=memory.empty)[1]

    passes = {name: passing(layer) for name, layer in layers.items()}
    (_, plain), *pooled = interleaved(passes, ROUNDS).items()
    return [
        Line(
            what=f"Added to the ReLU of {POOLED} maps: {name}",
            median_ms=median(taken) - median(plain),
            best_ms=min(taken) - min(plain),
            most_ms=POOL_AIM_MS,
        )
        for name, taken in pooled
    ]


if __name__ == "__main__":
    print(table(lines()))
