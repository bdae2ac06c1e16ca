"""Classic kernels to choose from when a kernel is set by hand, each for every size that it is defined for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.messages import Message, sentence

Array: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[int, int]

# Prewitt's compass operators: a straight and an oblique edge in steps of 90°. Each is named after its bright side.
_UP = ((1, 1, 1), (0, 0, 0), (-1, -1, -1))
_UP_RIGHT = ((0, 1, 1), (-1, 0, 1), (-1, -1, 0))
_STRAIGHT = (
    ("edge_up", sentence("edge, brighter up")),
    ("edge_left", sentence("edge, brighter left")),
    ("edge_down", sentence("edge, brighter down")),
    ("edge_right", sentence("edge, brighter right")),
)
_OBLIQUE = (
    ("edge_up_right", sentence("edge, brighter up right")),
    ("edge_up_left", sentence("edge, brighter up left")),
    ("edge_down_left", sentence("edge, brighter down left")),
    ("edge_down_right", sentence("edge, brighter down right")),
)


@dataclass(frozen=True)
class Preset:
    """One kernel to choose: `make` returns it, (kh, kw), for a size, or None if it is not defined for that
    size.
    """

    name: str
    title: Message
    make: Callable[[Pair], Array | None]

    def weights(self, size: Pair) -> tuple[float, ...] | None:
        """Return the weights row by row for kernels of `size` (height, width); None if not defined for it."""
        kernel = self.make(size)
        return None if kernel is None else tuple((kernel + 0.0).ravel().tolist())


def _only(kernel: Array, size: Pair) -> Array | None:
    return kernel if kernel.shape == size else None


def _zero(size: Pair) -> Array:
    return np.zeros(size)


def _identity(size: Pair) -> Array | None:
    if 0 in (size[0] % 2, size[1] % 2):
        return None  # an even side has no middle
    kernel = np.zeros(size)
    kernel[size[0] // 2, size[1] // 2] = 1
    return kernel


def _mean(size: Pair) -> Array:
    return np.full(size, 1 / (size[0] * size[1]))


def _binomial(count: int) -> Array:
    row = np.ones(1)
    for _ in range(count - 1):
        row = np.convolve(row, (1, 1))
    return row


def _blur(size: Pair) -> Array | None:
    kernel = np.outer(_binomial(size[0]), _binomial(size[1]))
    return kernel / kernel.sum() if kernel.size > 1 else None


def _sharpen(size: Pair) -> Array | None:
    middle, blurred = _identity(size), _blur(size)
    return None if middle is None or blurred is None else 2 * middle - blurred


def _sobel(size: Pair, *, turned: bool) -> Array | None:
    """Return a derivative across the columns, smoothed along the rows; `turned` swaps the axes."""
    along, across = size if not turned else size[::-1]
    if across % 2 == 0 or across == 1:
        return None
    kernel = np.outer(_binomial(along), np.convolve(_binomial(across - 2), (-1, 0, 1)))
    return kernel.T if turned else kernel


def _of(rows: tuple[tuple[int, ...], ...], turns: int = 0) -> Callable[[Pair], Array | None]:
    return partial(_only, np.rot90(np.array(rows, np.float64), turns))


_ALL = (
    Preset("identity", sentence("identity"), _identity),
    Preset("zero", sentence("zero"), _zero),
    Preset("mean", sentence("mean"), _mean),
    Preset("blur", sentence("blur (binomial)"), _blur),
    Preset("sharpen", sentence("sharpen"), _sharpen),
    Preset("laplacian", sentence("Laplacian"), _of(((0, 1, 0), (1, -4, 1), (0, 1, 0)))),
    Preset("emboss", sentence("emboss"), _of(((-2, -1, 0), (-1, 1, 1), (0, 1, 2)))),
    Preset("sobel_x", sentence("Sobel, across columns"), partial(_sobel, turned=False)),
    Preset("sobel_y", sentence("Sobel, across rows"), partial(_sobel, turned=True)),
    *(Preset(name, title, _of(_UP, turns)) for turns, (name, title) in enumerate(_STRAIGHT)),
    *(Preset(name, title, _of(_UP_RIGHT, turns)) for turns, (name, title) in enumerate(_OBLIQUE)),
)
PRESETS: Mapping[str, Preset] = MappingProxyType({one.name: one for one in _ALL})
