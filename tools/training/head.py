"""The classifier head on the stack: mean pooling over a grid, one dense layer, softmax, cross-entropy."""

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.pooling import pool
from tools.training.batches import LAYERS, Parameters

GRID = 2  # cells along each axis of a map

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]


def start(classes: int, random: np.random.RandomState) -> Parameters:
    """Return the initial weights of the head, small so that all classes start almost equally likely."""
    features = LAYERS[1].filters * GRID**2
    drawn = random.standard_normal((classes, features)) / np.sqrt(features)
    return {
        "head/weight": drawn.astype(np.float32),
        "head/bias": np.zeros(classes, np.float32),
    }


def features(maps: Float) -> Float:
    """Return the means of maps over the cells of a grid.

    Shapes:
        maps    (C, N, h, w)
        return  (N, C * GRID * GRID)
    """
    channels, count, height, width = maps.shape
    wide = maps.transpose(0, 2, 1, 3).reshape(channels, height, count * width)
    means = pool(wide, "average", height // GRID).reshape(channels, GRID, count, GRID)
    return means.transpose(2, 0, 1, 3).reshape(count, -1)


def logits(features: Float, parameters: Parameters) -> Float:
    """Return the logit of each class.

    Shapes:
        features  (N, D)
        return    (N, classes)
    """
    return features @ parameters["head/weight"].T + parameters["head/bias"]


def losses(logits: Float, labels: Labels) -> Float:
    """Return the cross-entropy of each patch, in nats.

    Shapes:
        logits  (N, classes)
        return  (N,)
    """
    above = logits - logits.max(axis=1, keepdims=True)
    each: Float = np.log(np.exp(above).sum(axis=1)) - above[np.arange(len(labels)), labels]
    return each


def backward(
    maps: Float, features: Float, logits: Float, labels: Labels, parameters: Parameters
) -> tuple[Parameters, Float]:
    """Return the gradients of the summed losses with respect to the head's parameters and to the maps.

    Shapes:
        maps, second returned  (C, N, h, w)
    """
    below = np.exp(logits - logits.max(axis=1, keepdims=True))
    below /= below.sum(axis=1, keepdims=True)
    below[np.arange(len(labels)), labels] -= 1  # (N, classes)
    own = {"head/weight": below.T @ features, "head/bias": below.sum(axis=0)}
    channels, count, height, _ = maps.shape
    block = height // GRID
    means = (below @ parameters["head/weight"]).reshape(count, channels, GRID, GRID)
    shared = (means / np.float32(block**2)).transpose(1, 0, 2, 3)
    return own, shared.repeat(block, axis=2).repeat(block, axis=3)
