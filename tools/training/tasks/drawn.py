"""Edges and stripes in pairs of opponent colours, drawn faintly on patches."""

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float

DIRECTIONS = 8  # within half a turn
SPREAD = 0.8  # part of the distance between directions: ambiguous angles in between do not occur
OPPOSITES = np.array([[1, 1, 1], [1, -1, 0], [0.5, 0.5, -1]])  # light-dark, red-green, yellow-blue
CLASSES = DIRECTIONS * len(OPPOSITES)
CONTRAST = (0.1, 0.4)  # from the mean to either colour
OCTAVES = (1.5, 3)  # wavelengths as powers of 2: 2.8 to 8 pixels
AWAY = 6  # greatest distance of an edge from the centre, in pixels

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]


def on(patches: Float, random: np.random.Generator) -> tuple[Float, Labels]:
    """Draw stripes or an edge on each patch; return the patches and their classes.

    The class is the direction plus DIRECTIONS times the index of the colour pair. Direction d is the one in
    which values change: d / DIRECTIONS of half a turn, from the column axis towards the row axis.

    Shapes:
        patches, first returned  (N, 3, h, w)
    """
    count = len(patches)
    classes: Labels = random.integers(0, CLASSES, count)
    turn = classes % DIRECTIONS + random.uniform(-SPREAD / 2, SPREAD / 2, count)
    across = _across(turn * np.pi / DIRECTIONS, patches.shape[2], patches.shape[3])
    one_each = count, 1, 1
    drawn = np.where(
        random.random(one_each) < 0.5, _stripes(across, random), _edges(across, random)
    )
    colour = OPPOSITES[classes // DIRECTIONS] * random.choice((-1, 1), (count, 1))  # (N, 3)
    contrast = random.uniform(*CONTRAST, one_each)
    added = (contrast * drawn)[:, None] * colour[:, :, None, None]
    return np.clip(patches + added, -0.5, 0.5).astype(np.float32), classes


def _across(angle: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    """Return the signed distance of each pixel from the centre in the direction of each angle, (N, h, w)."""
    rows = (np.arange(height) - (height - 1) / 2)[:, None]
    columns = np.arange(width) - (width - 1) / 2
    angle = angle[:, None, None]
    across: NDArray[np.float64] = np.cos(angle) * columns + np.sin(angle) * rows
    return across


def _stripes(across: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    wavelength = 2 ** random.uniform(*OCTAVES, (len(across), 1, 1))
    phase = random.uniform(0, 2 * np.pi, (len(across), 1, 1))
    stripes: NDArray[np.float64] = np.sin(2 * np.pi * across / wavelength + phase)
    return stripes


def _edges(across: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    edges: NDArray[np.float64] = np.tanh(across + random.uniform(-AWAY, AWAY, (len(across), 1, 1)))
    return edges
