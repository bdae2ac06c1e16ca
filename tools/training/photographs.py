"""Patches of the shipped photographs, cut so that held-out areas are never trained on.

Every photograph is divided into 4 x 4 blocks. One block in each row and each column is held out, and no patch
crosses the edge of its block. Patches are cut from the photograph at several sizes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from app.engine.arrays import Float
from app.engine.spec.normalisation import normalise
from app.untrusted.pictures.decode import decode
from tools.training.batches import SIDE

SAMPLES = Path(__file__).parents[2] / "static" / "samples"
NAMES = ("astronaut", "brick", "cat", "coffee", "galaxies", "retina", "rocket")
SHORT_SIDES = (160, 224, 320)  # the sizes of a photograph: pixels of the shorter side
BLOCKS = 4  # along each axis
HELD_OUT = (1, 3, 0, 2)  # the held-out block of each row of blocks
FLAT = 0.03  # a patch with a smaller standard deviation is empty sky or frame, and is cut again
TRIES = 20


@dataclass(frozen=True, eq=False)
class Photograph:
    """A photograph at several sizes, each (3, H, W), normalised as with `normalise=centre`."""

    name: str
    sizes: tuple[Float, ...]


@dataclass(frozen=True, eq=False)
class Cuts:
    """Patches and their origin.

    Shapes:
        patches     (N, 3, SIDE, SIDE)
        photograph  (N,)  index of the photograph
        quarter     (N,)  0 to 3: upper left, upper right, lower left, lower right
    """

    patches: Float
    photograph: np.ndarray[tuple[int], np.dtype[np.int64]]
    quarter: np.ndarray[tuple[int], np.dtype[np.int64]]


def load(folder: Path = SAMPLES) -> tuple[Photograph, ...]:
    """Return the training photographs, a fixed list: pictures shipped later are not included."""
    return tuple(_photograph(folder / f"{name}.jpg") for name in NAMES)


def cut(
    photographs: tuple[Photograph, ...],
    random: np.random.Generator,
    count: int,
    *,
    held_out: bool,
) -> Cuts:
    """Cut random patches from the held-out blocks, or from the others.

    Photographs, sizes and blocks are all equally likely.
    """
    patches = np.empty((count, 3, SIDE, SIDE), np.float32)
    sources = random.integers(0, len(photographs), count)
    quarters = np.empty(count, np.int64)
    for patch, place in zip(patches, range(count), strict=True):
        quarters[place] = _cut_one(patch, photographs[sources[place]], random, held_out)
    return Cuts(patches, sources, quarters)


def _photograph(path: Path) -> Photograph:
    picture = Image.fromarray(np.asarray(decode(path.read_bytes()).pixels))
    sizes = []
    for short in SHORT_SIDES:
        ratio = short / min(picture.size)
        size = round(picture.width * ratio), round(picture.height * ratio)
        pixels = np.asarray(picture.resize(size, Image.Resampling.LANCZOS), np.float32)
        sizes.append(normalise(pixels.transpose(2, 0, 1) / np.float32(255), "centre"))
    return Photograph(path.stem, tuple(sizes))


def _cut_one(
    patch: Float, photograph: Photograph, random: np.random.Generator, held_out: bool
) -> int:
    """Fill one patch and return its quarter."""
    for _ in range(TRIES):
        whole = photograph.sizes[random.integers(len(photograph.sizes))]
        row = int(random.integers(BLOCKS))
        allowed = [c for c in range(BLOCKS) if (c == HELD_OUT[row]) == held_out]
        col = allowed[random.integers(len(allowed))]
        top, left = (
            _start(side, block, random)
            for side, block in zip(whole.shape[1:], (row, col), strict=True)
        )
        patch[...] = whole[:, top : top + SIDE, left : left + SIDE]
        if patch.std() >= FLAT:
            break
    return row * 2 // BLOCKS * 2 + col * 2 // BLOCKS


def _start(size: int, block: int, random: np.random.Generator) -> int:
    first, end = size * block // BLOCKS, size * (block + 1) // BLOCKS
    return int(random.integers(first, end - SIDE + 1))
