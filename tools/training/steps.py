"""One training step and one score, each divided into shards that do not depend on the number of threads."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from app.engine.arrays import Float
from app.engine.compute.filters import bank_for
from app.engine.spec.layer import LayerSpec
from app.engine.spec.stack import StackSpec
from tools.training import batches, head
from tools.training.batches import Parameters
from tools.training.head import Labels

SHARD = 48  # patches in one wide picture

Part = TypeVar("Part")
Map = Callable[[Callable[[slice], Part], list[slice]], Iterator[Part]]


@dataclass(frozen=True)
class Score:
    """The mean loss in nats, and the accuracy, on some patches."""

    loss: float
    accuracy: float


@contextmanager
def workers(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Yield threads on which BLAS is single-threaded."""
    with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
        yield pool


def start(classes: int, seed: int) -> Parameters:
    """Return the initial weights: the page's `weights=random` with this seed, and a small head."""
    first, second = (LayerSpec(filters=each.filters, weights="random") for each in batches.LAYERS)
    spec = StackSpec(layers=(first, second), seed=seed)
    parameters: Parameters = {}
    for number in (1, 2):
        bank = bank_for(spec, number)
        parameters[f"layer{number}/weight"] = bank.weight.copy()
        parameters[f"layer{number}/bias"] = bank.bias.copy()
    return parameters | head.start(
        classes, np.random.RandomState([seed, 3])
    )  # 1 and 2 are the layers


def gradients(
    patches: Float, labels: Labels, parameters: Parameters, pool: ThreadPoolExecutor
) -> tuple[Parameters, float]:
    """Return the gradients of the mean loss, and the mean loss itself.

    Shapes:
        patches  (N, 3, SIDE, SIDE)
        labels   (N,)
    """

    def work(part: slice) -> tuple[Parameters, float]:
        trace = batches.forward(patches[part], parameters)
        read = head.features(trace.output)
        spoken = head.logits(read, parameters)
        own, below = head.backward(trace.output, read, spoken, labels[part], parameters)
        loss = float(head.losses(spoken, labels[part]).sum(dtype=np.float64))
        return own | batches.backward(trace, below), loss

    parts = list(
        pool.map(work, _shards(len(labels)))
    )  # in order, so that sums do not depend on threads
    each = np.float32(1 / len(labels))
    mean = {name: each * np.sum([own[name] for own, _ in parts], axis=0) for name in parameters}
    return mean, sum(loss for _, loss in parts) / len(labels)


def score(
    patches: Float, labels: Labels, parameters: Parameters, pool: ThreadPoolExecutor
) -> Score:
    """Measure loss and accuracy of the stack on patches."""

    def work(part: slice) -> Float:
        return head.logits(
            head.features(batches.forward(patches[part], parameters).output), parameters
        )

    spoken = np.concatenate(list(pool.map(work, _shards(len(labels)))))
    return Score(
        loss=float(head.losses(spoken, labels).mean(dtype=np.float64)),
        accuracy=float((spoken.argmax(axis=1) == labels).mean()),
    )


def _shards(count: int) -> list[slice]:
    return [slice(first, min(first + SHARD, count)) for first in range(0, count, SHARD)]
