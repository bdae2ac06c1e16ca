"""The random numbers of a net: weights that keep maps near 1, so that one tolerance serves all nets."""

import math

import numpy as np

from app.engine.arrays import Float


class Numbers:
    """Draws the weights of a net from its seed, in the order in which they are asked for."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)

    def weight(self, *shape: int, reads: int) -> Float:
        """Return a weight of filters that add up `reads` products each."""
        return self._draw.normal(0, 1.4 / math.sqrt(reads), shape).astype(np.float32)

    def bias(self, length: int) -> Float:
        """Return a bias."""
        return self._draw.normal(0, 0.3, length).astype(np.float32)

    def batch_norm(self, length: int) -> tuple[Float, Float, Float, Float]:
        """Return scale, shift, mean and variance of a BatchNorm."""
        scale, variance = self._draw.uniform(0.5, 1.5, (2, length))
        shift, mean = self._draw.normal(0, 0.3, (2, length))
        found = tuple(each.astype(np.float32) for each in (scale, shift, mean, variance))
        return found
