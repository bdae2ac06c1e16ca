"""Memory that is reused between passes: getting fresh pages from the system costs more than convolving."""

import sys
import threading
from collections.abc import Callable, Sequence

import numpy as np

from app.engine.arrays import Float

# Of an array, the most that its block may be larger by: 48 maps lie where 64 lay.
MOST_WASTE = 1 / 3


class Buffers:
    """Allocates float32 arrays, from memory of earlier arrays that are no longer in use if there is any.

    Unused memory beyond `nbytes` in all is given back. Before more than that is in use, `make_room` is asked to
    let go of some bytes.
    """

    def __init__(self, nbytes: int, make_room: Callable[[int], None] = lambda nbytes: None) -> None:
        self._limit = nbytes
        self._make_room = make_room
        self._blocks: list[Float] = []
        self._lock = threading.Lock()

    def empty(self, shape: tuple[int, ...]) -> Float:
        """Return an array with the shape `shape`, values undefined."""
        size = int(np.prod(shape))
        with self._lock:
            block = self._free(size)
            if block is None:
                self._give_way(4 * size)
                block = np.empty(size, np.float32)
                self._blocks.append(block)
                self._trim()
            return block[:size].reshape(shape)

    def warm_up(self, shapes: Sequence[tuple[int, ...]]) -> None:
        """Allocate memory for arrays of these shapes, all in use at once, and touch its pages."""
        for array in [self.empty(shape) for shape in shapes]:
            array.fill(0)

    def _free(self, size: int) -> Float | None:
        """Return the smallest block that nothing uses and that an array of `size` values fills well enough."""
        found: int | None = None
        for place in range(len(self._blocks)):
            length = self._blocks[place].size
            fits = size <= length <= size * (1 + MOST_WASTE) and self._is_free(place)
            if fits and (found is None or length < self._blocks[found].size):
                found = place
        return None if found is None else self._blocks[found]

    def _give_way(self, nbytes: int) -> None:
        self._trim(nbytes)
        excess = self._nbytes() + nbytes - self._limit
        if excess > 0:
            self._make_room(excess)
            self._trim(nbytes)

    def _nbytes(self) -> int:
        return sum(block.nbytes for block in self._blocks)

    def _is_free(self, place: int) -> bool:
        # Every allocated array holds its block as its base; the list and this call account for two references.
        return sys.getrefcount(self._blocks[place]) == 2

    def _trim(self, more: int = 0) -> None:
        place = 0
        while self._nbytes() + more > self._limit and place < len(self._blocks):
            if self._is_free(place):
                del self._blocks[place]
            else:
                place += 1
