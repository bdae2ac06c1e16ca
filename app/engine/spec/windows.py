"""The input positions that the windows of a layer cover, padding included: index arithmetic, no maps."""

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
    """Refuse a pixel that no map of the stack has: before the pool, or with `pooled` after it.

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


def tap_positions(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[Places, Places]:
    """Return the input row and column of each tap of each window; out of range where the tap is on padding.

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


def padding_sources(places: Places, size: int, mode: PaddingMode) -> Places:
    """Return the input index that each position along an axis of `size` copies: itself, or by `mode` on padding.

    Zero padding copies nothing and gives OUTSIDE. The padding is never wider than a StackSpec allows for its
    mode.

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


def tap_sources(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[Places, Places]:
    """Return the input row and column that each tap of each window reads; OUTSIDE where it reads a zero.

    Shapes:
        return  rows (H', kh) and columns (W', kw)
    """
    rows, columns = (
        padding_sources(places, size, spec.padding_mode)
        for places, size in zip(tap_positions(spec, input_hw), input_hw, strict=True)
    )
    return rows, columns


def pool_sources(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[Places, Places]:
    """Return the rows and columns of a layer's maps that each value of its output reads; one of each without a
    pool.

    Shapes:
        return  rows (H'', size) and columns (W'', size)
    """
    size = 1 if spec.pool == "none" else spec.pool_size
    rows, columns = (
        size * np.arange(outputs)[:, None] + np.arange(size)
        for outputs in spec.output_hw(*input_hw)
    )
    return rows, columns


def unread_by_kernel(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[range, range]:
    """Return the rows and columns at the far end of the input that no window of the layer reads."""
    rows, columns = (
        range(int(places.max()) + 1, size)
        for places, size in zip(tap_sources(spec, input_hw), input_hw, strict=True)
    )
    return rows, columns


def unread_by_pool(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[range, range]:
    """Return the rows and columns at the far end of the maps that the layer's pool does not read."""
    size = 1 if spec.pool == "none" else spec.pool_size
    rows, columns = (geometry.unread_by_pool(side, size) for side in spec.map_hw(*input_hw))
    return rows, columns
