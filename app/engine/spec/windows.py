"""Where the windows of a layer lie, padding included: index arithmetic, no maps."""

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import PlaceError
from app.engine.spec import geometry
from app.engine.spec.stack import LayerSpec, PaddingMode, StackSpec

Places = NDArray[np.intp]

OUTSIDE = -1


def check_place(
    spec: StackSpec,
    layer: int,
    channel: int = 0,
    row: int = 0,
    col: int = 0,
    *,
    pooled: bool = False,
) -> None:
    """Refuse a pixel that no map of the stack has, before any pool; with `pooled` after it.

    Raises:
        PlaceError: there is no such layer, channel, row or column.
    """
    if layer not in (1, 2):
        raise PlaceError("layer", layer, range(1, 3))
    shape = spec.output_shape(layer) if pooled else spec.map_shape(layer)
    given = {"channel": channel, "row": row, "col": col}
    for (field, place), count in zip(given.items(), shape, strict=True):
        if place not in range(count):
            raise PlaceError(field, place, range(count))


def reached(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[Places, Places]:
    """Return where each tap of each window falls; on padding where that is not inside the input.

    Shapes:
        return  rows (H', kh) and columns (W', kw)
    """
    rows, columns = (
        spec.stride * np.arange(outputs)[:, None] + spec.dilation * np.arange(kernel) - before
        for outputs, kernel, (before, _) in zip(
            spec.map_hw(*input_hw), spec.kernel, spec.padding_hw(*input_hw), strict=True
        )
    )
    return rows, columns


def copied(places: Places, size: int, mode: PaddingMode) -> Places:
    """Return the input that each place along an axis of `size` repeats: itself inside, by `mode` on padding.

    Zeros repeat nothing: OUTSIDE. A border is as wide as a StackSpec allows for its mode.

    Shapes: any; the result has the shape of `places`.
    """
    last = size - 1
    sources: Places
    match mode:
        case "zeros":
            sources = np.where((places < 0) | (places > last), OUTSIDE, places)
        case "replicate":
            sources = np.clip(places, 0, last)
        case "circular":
            sources = places % size
        case "reflect":
            sources = last - np.abs(last - np.abs(places))  # the edges are not repeated
    return sources


def read(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[Places, Places]:
    """Return which input row, and column, each tap of each window reads; OUTSIDE where it reads a zero.

    Shapes:
        return  rows (H', kh) and columns (W', kw)
    """
    rows, columns = (
        copied(places, size, spec.padding_mode)
        for places, size in zip(reached(spec, input_hw), input_hw, strict=True)
    )
    return rows, columns


def pool_reads(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[Places, Places]:
    """Return which rows, and columns, of its maps each value of a layer's output reads: one without a pool.

    Shapes:
        return  rows (H'', size) and columns (W'', size)
    """
    size = 1 if spec.pool == "none" else spec.pool_size
    rows, columns = (
        size * np.arange(outputs)[:, None] + np.arange(size)
        for outputs in spec.output_hw(*input_hw)
    )
    return rows, columns


def unread(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[range, range]:
    """Return the rows, and columns, at the far end of its input that no window of a layer reads."""
    rows, columns = (
        range(int(places.max()) + 1, size)
        for places, size in zip(read(spec, input_hw), input_hw, strict=True)
    )
    return rows, columns


def unread_by_pool(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[range, range]:
    """Return the rows, and columns, at the far end of its maps that the pool of a layer does not read."""
    size = 1 if spec.pool == "none" else spec.pool_size
    rows, columns = (geometry.unread_by_pool(side, size) for side in spec.map_hw(*input_hw))
    return rows, columns
