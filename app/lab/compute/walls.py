"""The wall of a layer: small exact pictures of all contributions, and their means."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.drawing import scale
from app.engine.arrays import Float
from app.engine.explain import wall
from app.lab.compute.layer_cache import Pass

BLOCKS = 16  # greatest side of a small picture, in pixels


@dataclass(frozen=True)
class Wall:
    """All contributions of layer `layer` of a pass, (C, F, bh, bw), and their means, (C, F)."""

    run: Pass
    layer: int
    pictures: Float
    means: NDArray[np.float64]
    limit: float  # end of the colour scale of all contributions, muted ones included

    def reads(self) -> NDArray[np.bool_]:
        """Return which channels each filter reads, (C, F)."""
        channels, filters = self.pictures.shape[:2]
        reads = np.zeros((channels, filters), np.bool_)
        for index in range(filters):
            reads[list(self.run.spec.channels_read(self.layer, index)), index] = True
        return reads

    def shown(self) -> NDArray[np.bool_]:
        """Return which contributions are read and heard, (C, F): the other places of the wall are empty."""
        reads = self.reads()
        reads[list(self.muted())] = False
        return reads

    def muted(self) -> tuple[int, ...]:
        """Return the input channels that are muted."""
        return tuple(sorted(self.run.muted)) if self.layer == 2 else ()


def measure(run: Pass, layer: int, *, threads: int) -> tuple[Float, NDArray[np.float64]]:
    """Return the small pictures, (C, F, bh, bw), and the means, (C, F), of all contributions of a layer."""
    pictures = wall.block_mean_contributions(run.trace(), layer, blocks=BLOCKS, threads=threads)
    output_hw = run.spec.map_shape(layer)[1:]
    return pictures, wall.whole_means(pictures, output_hw, blocks=BLOCKS)


def without_muted(run: Pass, layer: int, pictures: Float, means: NDArray[np.float64]) -> Wall:
    """Return the wall of what `measure` found with every map heard, without the muted ones."""
    whole = Wall(run=run, layer=layer, pictures=pictures, means=means, limit=0)
    limit = scale.end_of(pictures[whole.reads()])
    if layer == 2 and run.muted:
        pictures, means = pictures.copy(), means.copy()
        for parts in (pictures, means):
            parts[sorted(run.muted)] = 0
    return replace(whole, pictures=pictures, means=means, limit=limit)
