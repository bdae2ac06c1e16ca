"""Where the windows of a layer lie, padding included. Index arithmetic only, no feature maps."""

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
    """Refuse a pixel outside the maps of the stack: the maps before any pool or, with `pooled`, after it.

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
    """Return the input position of each tap of each window; positions outside the input are padding.

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
    """Return the index that each position along an axis of `size` reads: its own, or on padding that of `mode`.

    Padding with zeros reads no index: OUTSIDE. The border is no wider than a StackSpec allows for its mode.

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
            sources = last - np.abs(last - np.abs(places))  # reflection does not repeat the edge
    return sources


def tap_sources(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[Places, Places]:
    """Return the input row and column that each tap of each window reads; OUTSIDE for a padding of zeros.

    Shapes:
        return  rows (H', kh) and columns (W', kw)
    """
    rows, columns = (
        padding_sources(places, size, spec.padding_mode)
        for places, size in zip(tap_positions(spec, input_hw), input_hw, strict=True)
    )
    return rows, columns


def pool_sources(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[Places, Places]:
    """Return the rows and columns of a layer's maps that each output value reads; without a pool, just one.

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
    """Return the rows and columns at the far end of a layer's input that no window reads."""
    rows, columns = (
        range(int(places.max()) + 1, size)
        for places, size in zip(tap_sources(spec, input_hw), input_hw, strict=True)
    )
    return rows, columns


def unread_by_pool(spec: LayerSpec, input_hw: tuple[int, int]) -> tuple[range, range]:
    """Return the rows and columns at the far end of a layer's maps that its pool does not read."""
    size = 1 if spec.pool == "none" else spec.pool_size
    rows, columns = (geometry.unread_by_pool(side, size) for side in spec.map_hw(*input_hw))
    return rows, columns
