"""The pictures of maps: all of a layer in one sheet, one at its full size, the kernels of its filter."""

from collections.abc import Iterator
from dataclasses import replace

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.drawing.sheets import Indices, blank, place, with_edges
from app.engine.compute.threads import batches, share
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes, check_layer, check_map
from app.lab.compute_timing import timed
from app.lab.keep.byte_cache import ByteCache, belongs_to, uses_weights
from app.lab.pieces import kernels, scales
from app.lab.pieces.grid_plan import INPUTS, grid_plan
from app.lab.pieces.tiles import TILE, layout_of
from app.lab.state.state import Display, State

SHEETS_BYTES = 24 * 2**20  # about 25 pages
# Pixels, which take 3 ms to pack; a smaller one is packed before threads have started.
LARGE_SHEET = 2**20


class Sheets:
    """Sheets of maps, kept within bytes: a page asks for them as soon as it is there."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes
        self._kept: ByteCache[bytes] = ByteCache(SHEETS_BYTES, size_of=len)

    def forget(self, image_id: str) -> None:
        """Keep no sheet of an upload."""
        self._kept.drop(belongs_to(image_id))

    def forget_weights(self, key: str) -> None:
        """Keep no sheet that was computed with imported weights, by the hash that ends their id."""
        self._kept.drop(uses_weights(key))

    def asked_first(self, state: State, layer: int) -> bytes:
        """Draw the sheet of a layer that a page asks for first: the half, where there is one."""
        recorded = self._passes.layer_run(state, layer).layer(layer)
        count, height, width = recorded.maps(state.display.show).shape
        return self.png(state, layer, TILE, half=layout_of(count, height, width, TILE).halves)

    @timed("draw")
    def png(self, state: State, layer: int, tile: int, *, half: bool = False) -> bytes:
        """Draw all maps of a layer into one picture, each at most `tile` pixels a side; with `half`, of half that.

        Raises:
            NoSuchMap: the stack has no such layer.
        """
        check_layer(layer)
        run = self._passes.layer_run(state, layer)
        # What no sheet shows makes no other sheet.
        look = replace(state.display, order="index", axes="first", over=False)
        key = (state.image_id, state.fit, run.spec, run.muted, look, layer, tile, half)
        return self._kept.get(key, lambda: sheet_png(run, layer, look, tile, half=half))


def sheet_png(
    run: Pass, number: int, display: Display, tile: int = TILE, *, half: bool = False
) -> bytes:
    """Draw all maps of layer `number` into one picture, each at most `tile` pixels a side, or half of that."""
    indices = sheet_indices(run, number, display, tile, half=half)
    threads = run.layer(number).threads if indices.size >= LARGE_SHEET else 1
    return encode_png(indices, colormaps.SIGNED, threads=threads)


def sheet_indices(
    run: Pass, number: int, display: Display, tile: int, *, half: bool = False
) -> Indices:
    """Return the same picture as indices into the colours of signed values, (H, W)."""
    layer, limits = run.layer(number), scales.scale_limits(run, number, display)
    # The scale was measured on tiles of the usual size, so these are at hand.
    maps = layer.drawn(display.show) if tile == TILE else layer.maps(display.show)  # (F, h, w)
    filters, height, width = maps.shape
    full = layer.maps(display.show).shape[1:]
    layout = layout_of(filters, height, width, tile)
    layout = layout.half if half else layout
    pixels = blank(layout)

    def work(parts: Iterator[slice]) -> None:
        for part in parts:
            small = render.block_means(maps[part], tile)  # (n, h, w)
            if half:
                small = render.halved(small, height=full[0], width=full[1], tile=tile)
            drawn = render.signed_indices(small, limits[part], contrast=display.contrast)
            for index, tile_indices in enumerate(drawn, part.start):
                place(pixels, layout, index, tile_indices)

    share(batches(maps), work, threads=layer.threads)
    return with_edges(pixels, layout)


@timed("draw")
def map_png(passes: Passes, state: State, layer: int, channel: int) -> bytes:
    """Draw one map at its full size.

    Raises:
        NoSuchMap: the stack has no such map.
    """
    check_map(state, layer, channel)
    run, display = passes.layer_run(state, layer), state.display
    limit = float(scales.scale_limits(run, layer, display)[channel])
    values = run.layer(layer).maps(display.show)[channel]
    indices = render.signed_indices(values, limit, contrast=display.contrast)
    return encode_png(indices, colormaps.SIGNED)


@timed("draw")
def filter_png(passes: Passes, state: State, layer: int, channel: int) -> bytes:
    """Draw all kernels of one filter, a pixel a weight.

    Raises:
        NoSuchMap: the stack has no such map.
    """
    check_map(state, layer, channel)
    return kernels.filter_png(passes.banks.bank(state.stack, layer), channel)


@timed("draw")
def filters_png(passes: Passes, state: State, layer: int) -> bytes:
    """Draw every filter of a layer as one block of its kernels, in the places of the maps that it reads.

    Raises:
        NoSuchMap: the stack has no such layer.
    """
    check_layer(layer)
    columns = grid_plan(state.stack.input_shape(layer)[0], INPUTS).columns
    return kernels.blocks_png(passes.banks.bank(state.stack, layer), columns)


def map_values(passes: Passes, state: State, layer: int, channel: int) -> bytes:
    """Return the shown values of one map as little-endian float32, row by row.

    Raises:
        NoSuchMap: the stack has no such map.
    """
    check_map(state, layer, channel)
    maps = passes.layer_run(state, layer).layer(layer).maps(state.display.show)
    data: bytes = maps[channel].astype("<f4").tobytes()
    return data
