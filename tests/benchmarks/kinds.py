"""Each kind of layer beside the standard one, and the pools: `python -m tests.benchmarks.kinds`."""

from collections.abc import Callable
from functools import partial
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from app.engine.filters import bank_for
from app.engine.spec import LayerSpec, StackSpec
from app.engine.stack import activate, forward_layer
from app.engine.trace import Float
from app.lab.buffers import Buffers
from tests.benchmarks.engine import REUSED_BYTES, ROUNDS, THREADS, interleaved
from tests.benchmarks.report import Line, table

CHANNELS, SIDE = 64, 256
POOL_AIM_MS = 3
STANDARD = "standard, 3x3"
KINDS = {
    STANDARD: {},
    "in 8 groups": {"groups": 8},
    "separable (depthwise-first)": {"kind": "separable"},
    "pointwise-first": {"kind": "pointwise_first"},
    "1x1": {"kernel": (1, 1)},
}
DEPTHWISE = {"depthwise": {"kind": "depthwise"}}


def lines() -> list[Line]:
    """Time layer 2 from 64 maps to 32 and to 64 as each kind, and what pools of 64 maps add."""
    maps = np.random.default_rng(0).standard_normal((CHANNELS, SIDE, SIDE), np.float32)
    with threadpool_limits(1, user_api="blas"):
        return [
            *_kinds(maps, 32, KINDS),
            *_kinds(maps, 64, KINDS | DEPTHWISE),
            *_pools(maps),
        ]


def _kinds(maps: Float, filters: int, kinds: dict[str, dict[str, object]]) -> list[Line]:
    passes = {name: _layer(maps, filters, settings) for name, settings in kinds.items()}
    times = interleaved(passes, ROUNDS)
    standard = median(times[STANDARD])
    return [
        Line(
            what=f"{CHANNELS} to {filters} maps: {name}",
            median_ms=median(taken),
            best_ms=min(taken),
            ratio=None if name == STANDARD else median(taken) / standard,
            peer=None if name == STANDARD else STANDARD,
            most_ratio=None if name == STANDARD else 1,
        )
        for name, taken in times.items()
    ]


def _layer(maps: Float, filters: int, settings: dict[str, object]) -> Callable[[], Float]:
    layer = LayerSpec(**{"filters": filters, "weights": "random"} | settings)
    spec = StackSpec(size=SIDE, layers=(LayerSpec(filters=CHANNELS), layer))
    run = partial(
        forward_layer,
        maps,
        spec.layers[1],
        bank_for(spec, 2),
        threads=THREADS,
        empty=Buffers(REUSED_BYTES).empty,  # as the server does
    )
    return lambda: run().output


def _pools(maps: Float) -> list[Line]:
    memory = Buffers(REUSED_BYTES)
    layers = {"without a pool": LayerSpec(filters=CHANNELS)} | {
        f"{how}-pool of {size}": LayerSpec(filters=CHANNELS, pool=how, pool_size=size)
        for how in ("max", "average")
        for size in (2, 3, 8)
    }
    passes = {
        name: lambda layer=layer: activate(maps, layer, threads=THREADS, empty=memory.empty)[1]
        for name, layer in layers.items()
    }
    (_, plain), *pooled = interleaved(passes, ROUNDS).items()
    return [
        Line(
            what=f"Added to the ReLU of {CHANNELS} maps: {name}",
            median_ms=median(taken) - median(plain),
            best_ms=min(taken) - min(plain),
            most_ms=POOL_AIM_MS,
        )
        for name, taken in pooled
    ]


if __name__ == "__main__":
    print(table(lines()))
