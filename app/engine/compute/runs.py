"""Indices along a padded axis, cut into runs that slices can copy. Integers only."""

from typing import Literal

import numpy as np

from app.engine.spec.layer import PaddingMode

OUTSIDE = -1
NUMPY_MODES: dict[str, Literal["reflect", "edge", "wrap"]] = {
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}

Run = tuple[slice, slice | None]  # (target, source); the source is None where the padding is zero


def sources(size: int, border: tuple[int, int], mode: PaddingMode) -> list[int]:
    """Return the input index that each position of a padded axis copies; OUTSIDE on zero padding."""
    inside = np.arange(size)
    if mode == "zeros":
        padded = np.pad(inside, border, constant_values=OUTSIDE)
    else:
        padded = np.pad(inside, border, mode=NUMPY_MODES[mode])
    return [int(source) for source in padded]


def runs(indices: list[int]) -> tuple[Run, ...]:
    """Cut a list of indices into runs with a constant step, which slices can copy."""
    found: list[Run] = []
    start = 0
    while start < len(indices):
        first, stop = indices[start], start + 1
        step = _step(indices[start : start + 2])
        while stop < len(indices) and indices[stop] == indices[stop - 1] + step:
            stop += 1
        source = None if first == OUTSIDE else _slice(first, step, stop - start)
        found.append((slice(start, stop), source))
        start = stop
    return tuple(found)


def _step(pair: list[int]) -> int:
    return 0 if OUTSIDE in pair or len(pair) == 1 else pair[1] - pair[0]


def _slice(first: int, step: int, count: int) -> slice:
    if step == 0:
        return slice(first, first + 1)  # one input, repeated by broadcasting
    end = first + step * count
    return slice(first, end if end >= 0 else None, step)
