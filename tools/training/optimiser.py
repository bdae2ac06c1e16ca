"""Adam with decoupled weight decay (AdamW).

Kingma & Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1; Loshchilov & Hutter, "Decoupled
weight decay regularization" (2019), algorithm 2. The cosine schedule is from Loshchilov & Hutter, "SGDR:
stochastic gradient descent with warm restarts" (2017), here without restarts.
"""

from dataclasses import dataclass
from math import cos, pi

import numpy as np

from tools.training.batches import Parameters

FIRST, SECOND = 0.9, 0.99  # decay rates of the moment estimates, Adam's beta 1 and beta 2
TINY = np.float32(1e-8)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The learning rate schedule: a linear warm-up to `rate` over `warm` steps, then half a cosine down to 0.

    `decay` is the weight decay, which does not apply to biases.
    """

    steps: int
    rate: float
    decay: float
    warm: int

    def at(self, step: int) -> float:
        """Return the learning rate of step number `step`, counted from 0."""
        risen = min(1.0, (step + 1) / self.warm)
        return self.rate * risen * 0.5 * (1 + cos(pi * step / self.steps))


@dataclass(frozen=True, eq=False)
class Moments:
    """Adam's moment estimates: running means of the gradients and of their squares."""

    first: Parameters
    second: Parameters

    @classmethod
    def zero(cls, parameters: Parameters) -> "Moments":
        """Return the estimates before the first step, all zero."""
        zeros = [{name: np.zeros_like(own) for name, own in parameters.items()} for _ in range(2)]
        return cls(*zeros)


def update(
    parameters: Parameters, gradients: Parameters, moments: Moments, schedule: Schedule, step: int
) -> None:
    """Update the parameters and the moment estimates in place, with the gradients of step number `step`."""
    rate = np.float32(schedule.at(step))
    first_size, second_size = (np.float32(1 - share ** (step + 1)) for share in (FIRST, SECOND))
    for name, gradient in gradients.items():
        first, second, own = moments.first[name], moments.second[name], parameters[name]
        first += np.float32(1 - FIRST) * (gradient - first)
        second += np.float32(1 - SECOND) * (gradient * gradient - second)
        if name.endswith("weight"):
            own *= 1 - rate * np.float32(schedule.decay)
        own -= rate * (first / first_size) / (np.sqrt(second / second_size) + TINY)
