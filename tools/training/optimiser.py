"""Adam with decoupled weight decay: Loshchilov & Hutter, "Decoupled weight decay regularization" (2019)."""

from dataclasses import dataclass
from math import cos, pi

import numpy as np

from tools.training.batches import Parameters

FIRST, SECOND = 0.9, 0.99  # how much of the running means stays at each step
TINY = np.float32(1e-8)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How far a step goes: up to `rate` over the first `warm` steps, and down to 0 in half a cosine.

    `decay` is the weight decay; biases do not decay.
    """

    steps: int
    rate: float
    decay: float
    warm: int

    def at(self, step: int) -> float:
        """Return the rate of step number `step`, which counts from 0."""
        risen = min(1.0, (step + 1) / self.warm)
        return self.rate * risen * 0.5 * (1 + cos(pi * step / self.steps))


@dataclass(frozen=True, eq=False)
class Means:
    """The running means of the gradients and of their squares."""

    first: Parameters
    second: Parameters

    @classmethod
    def zero(cls, parameters: Parameters) -> "Means":
        """Return the means before the first step."""
        zeros = [{name: np.zeros_like(own) for name, own in parameters.items()} for _ in range(2)]
        return cls(*zeros)


def move(
    parameters: Parameters, gradients: Parameters, means: Means, pace: Pace, step: int
) -> None:
    """Change the parameters and the means in place, by the gradients of step number `step`."""
    rate = np.float32(pace.at(step))
    first_size, second_size = (np.float32(1 - share ** (step + 1)) for share in (FIRST, SECOND))
    for name, gradient in gradients.items():
        first, second, own = means.first[name], means.second[name], parameters[name]
        first += np.float32(1 - FIRST) * (gradient - first)
        second += np.float32(1 - SECOND) * (gradient * gradient - second)
        if name.endswith("weight"):
            own *= 1 - rate * np.float32(pace.decay)
        own -= rate * (first / first_size) / (np.sqrt(second / second_size) + TINY)
