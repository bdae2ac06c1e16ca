"""The classification tasks: how patches are drawn, and what their classes are."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from app.engine.arrays import Float
from tools.training.photographs import Photograph, cut
from tools.training.tasks import drawn

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]
Photographs = tuple[Photograph, ...]
Draw = Callable[[Photographs, np.random.Generator, int, bool], tuple[Float, Labels]]

ORDERS = tuple(permutations(range(3)))  # of the colour channels
PIECES = tuple(permutations(range(4)))  # of the four quarters of a patch
GREY = "brick"  # the one grey photograph: its channels are equal


@dataclass(frozen=True)
class Task:
    """One classification task.

    `draw(photographs, random, count, held_out)` returns patches (N, 3, SIDE, SIDE) and their classes (N,).
    `sentence` completes "The stack was trained to tell".
    """

    name: str
    sentence: str
    classes: int
    draw: Draw

    @property
    def chance(self) -> float:
        """Return the accuracy of guessing, since all classes are equally likely."""
        return 1 / self.classes


def _photograph(
    photographs: Photographs, random: np.random.Generator, count: int, held_out: bool
) -> tuple[Float, Labels]:
    cuts = cut(photographs, random, count, held_out=held_out)
    return _varied(cuts.patches, random, held_out), cuts.photograph


def _quarter(
    photographs: Photographs, random: np.random.Generator, count: int, held_out: bool
) -> tuple[Float, Labels]:
    cuts = cut(photographs, random, count, held_out=held_out)
    return _varied(cuts.patches, random, held_out), cuts.photograph * 4 + cuts.quarter


def _turn(
    photographs: Photographs, random: np.random.Generator, count: int, held_out: bool
) -> tuple[Float, Labels]:
    cuts = cut(photographs, random, count, held_out=held_out)
    turns = random.integers(0, 4, count)
    turned = [
        np.rot90(patch, turn, (1, 2)) for patch, turn in zip(cuts.patches, turns, strict=True)
    ]
    return np.stack(turned), turns


def _order(
    photographs: Photographs, random: np.random.Generator, count: int, held_out: bool
) -> tuple[Float, Labels]:
    coloured = tuple(each for each in photographs if each.name != GREY)
    cuts = cut(coloured, random, count, held_out=held_out)
    orders = random.integers(0, len(ORDERS), count)
    swapped = [
        patch[list(ORDERS[order])] for patch, order in zip(cuts.patches, orders, strict=True)
    ]
    return np.stack(swapped), orders


def _pieces(
    photographs: Photographs, random: np.random.Generator, count: int, held_out: bool
) -> tuple[Float, Labels]:
    patches = cut(photographs, random, count, held_out=held_out).patches
    half = patches.shape[2] // 2
    pieces = patches.reshape(count, 3, 2, half, 2, half).transpose(0, 2, 4, 1, 3, 5)
    pieces = pieces.reshape(count, 4, 3, half, half)
    orders = random.integers(0, len(PIECES), count)
    shuffled = np.stack(
        [four[list(PIECES[order])] for four, order in zip(pieces, orders, strict=True)]
    )
    together = shuffled.reshape(count, 2, 2, 3, half, half).transpose(0, 3, 1, 4, 2, 5)
    return together.reshape(patches.shape), orders


def _drawn(
    photographs: Photographs, random: np.random.Generator, count: int, held_out: bool
) -> tuple[Float, Labels]:
    cuts = cut(photographs, random, count, held_out=held_out)
    return drawn.on(cuts.patches, random)


def _varied(patches: Float, random: np.random.Generator, held_out: bool) -> Float:
    """Mirror half of the patches and vary contrast and brightness; held-out patches are left unchanged."""
    if held_out:
        return patches
    mirrored = random.random(len(patches)) < 0.5
    patches[mirrored] = patches[mirrored, :, :, ::-1]
    shape = len(patches), 1, 1, 1
    contrast, offset = random.uniform(0.7, 1.3, shape), random.uniform(-0.1, 0.1, shape)
    varied: Float = np.clip(patches * contrast + offset, -0.5, 0.5).astype(np.float32)
    return varied


TASKS = {
    task.name: task
    for task in (
        Task(
            "photograph",
            "which of the seven shipped photographs a patch is cut from",
            7,
            _photograph,
        ),
        Task(
            "quarter",
            "which of the seven shipped photographs a patch is cut from, and from which quarter",
            28,
            _quarter,
        ),
        Task("turn", "by how many quarter turns a patch of a photograph was turned", 4, _turn),
        Task(
            "order", "in which order the colour channels of a patch of a photograph are", 6, _order
        ),
        Task(
            "pieces", "in which order the four quarters of a patch of a photograph lie", 24, _pieces
        ),
        Task(
            "drawn",
            "the direction, one of 8, and the pair of opposite colours, one of 3 (light and dark, red and green, "
            "yellow and blue), of faint stripes or a faint edge drawn on a patch of a photograph",
            drawn.CLASSES,
            _drawn,
        ),
    )
}
