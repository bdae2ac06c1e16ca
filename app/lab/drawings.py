"""The pictures and the arrays that the lab answers beside its views: one short method each."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from app.engine.filters import full_bank
from app.engine.trace import Float, Trace
from app.imaging import colormaps
from app.imaging.png import encode_png, encode_rgb_png
from app.lab import folds, grids, kernels, pixels, walls
from app.lab.archive import archive
from app.lab.cache import ByteCache
from app.lab.errors import NoSuchMap
from app.lab.passes import Passes, check_layer, check_map
from app.lab.state import LAYERS, State
from app.lab.tiles import TILE

SHEETS_BYTES = 24 * 2**20  # about 25 pages


class Drawings:
    """PNG and npz of what a state computes."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes
        self._sheets: ByteCache[bytes] = ByteCache(SHEETS_BYTES, size_of=len)
        self._ahead = ThreadPoolExecutor(len(LAYERS), thread_name_prefix="ahead")

    def ahead(self, state: State) -> None:
        """Draw the sheets that a page of this state is about to ask for, while the page is made."""
        for number in LAYERS:
            self._ahead.submit(self.sheet, state, number, TILE)

    def sheet(self, state: State, layer: int, tile: int) -> bytes:
        """Draw all maps of a layer into one picture, each at most `tile` pixels a side."""
        check_layer(layer)
        run = self._passes.layer_run(state, layer)
        look = replace(state.display, order="index")  # which no sheet shows
        key = (state.image_id, state.fit, run.spec, run.muted, look, layer, tile)
        return self._sheets.get(key, lambda: grids.sheet_png(run, layer, look, tile))

    def map(self, state: State, layer: int, channel: int) -> bytes:
        """Draw one map at its full size."""
        check_map(state, layer, channel)
        return grids.map_png(self._passes.layer_run(state, layer), layer, channel, state.display)

    def filter(self, state: State, layer: int, channel: int) -> bytes:
        """Draw all kernels of one filter, a pixel a weight."""
        check_map(state, layer, channel)
        return kernels.filter_png(state.stack, layer, channel)

    def contributions(self, state: State, layer: int, channel: int) -> bytes:
        """Draw all contributions of one map into one picture."""
        return folds.contributions_png(self._passes.fold(state, layer, channel), state.display)

    def sums(self, state: State, layer: int, channel: int) -> bytes:
        """Draw every step of the running sum of one map into one picture."""
        return folds.sums_png(self._passes.fold(state, layer, channel), state.display)

    def wall(self, state: State, layer: int) -> bytes:
        """Draw all contributions of a layer into one picture, with the maps at both ends of them."""
        return walls.wall_png(self._passes.wall(state, layer), state.display)

    def wrong(self, state: State, layer: int, channel: int, kind: str) -> bytes:
        """Draw a tempting wrong answer, or the `true` pre-activation that it is compared with."""
        if kind not in ("true", "mean", "shared"):
            raise NoSuchMap(f"There is no picture of {kind}; true, mean and shared would work.")
        return folds.wrong_png(self._passes.fold(state, layer, channel), kind, state.display)

    def values(self, state: State, layer: int, channel: int) -> bytes:
        """Return the shown values of one map as little-endian float32, row by row."""
        check_map(state, layer, channel)
        maps = self._passes.layer_run(state, layer).layer(layer).maps(state.display.show)
        data: bytes = maps[channel].astype("<f4").tobytes()
        return data

    def contribution_values(self, state: State, layer: int, channel: int, number: int) -> bytes:
        """Return the values of one contribution in the same form."""
        contributions = self._passes.fold(state, layer, channel).contributions
        if not 0 <= number < len(contributions):
            last = len(contributions) - 1
            raise NoSuchMap(f"There is no contribution {number}; 0 to {last} would work.")
        data: bytes = contributions[number].astype("<f4").tobytes()
        return data

    def local_filter(self, state: State, layer: int, channel: int, row: int, col: int) -> bytes:
        """Draw the filter through which one pixel sees the image."""
        check_map(state, layer, channel)
        trace = self._passes.layer_run(state, layer).trace()
        data = pixels.local_filter_png(trace, (layer, channel, row, col))
        if data is None:
            raise NoSuchMap(
                "This pixel has no linear filter; relu, leaky_relu and linear have one."
            )
        return data

    def picture(self, state: State) -> bytes:
        """Draw the working square, before `normalise`."""
        image = self._passes.ready(state).prepared.image  # (C, H, W)
        pixels = np.round(np.moveaxis(image, 0, -1) * 255).astype(np.uint8)
        return encode_rgb_png(np.repeat(pixels, 3 // pixels.shape[-1], axis=-1))

    def channel(self, state: State, channel: int) -> bytes:
        """Draw one channel of the working square, black for 0 and white for 1."""
        image = self._passes.ready(state).prepared.image
        if not 0 <= channel < len(image):
            last = len(image) - 1
            raise NoSuchMap(f"The picture has no channel {channel}; 0 to {last} would work.")
        indices = np.round(image[channel] * 255).astype(np.uint8)
        return encode_png(indices, colormaps.GREY, transparent_first=False)

    def trace(self, state: State) -> Iterator[bytes]:
        """Return every array of the pass as the pieces of an .npz, so that it is never whole in memory.

        Weights are the full filter banks, (F, C, kh, kw).
        """
        trace = self._passes.run(state).trace()
        return archive(_arrays(trace))


def _arrays(trace: Trace) -> Iterator[tuple[str, Float]]:
    yield "image", trace.image
    outputs = (trace.input_of(2), trace.layers[1].activation)
    for number, layer, output in zip(LAYERS, trace.layers, outputs, strict=True):
        channels = trace.spec.input_shape(number)[0]
        yield f"layer{number}/weight", full_bank(layer.bank.weight, layer.spec.groups, channels)
        yield f"layer{number}/bias", layer.bank.bias
        yield f"layer{number}/preactivation", layer.preactivation
        yield f"layer{number}/activation", layer.activation
        yield f"layer{number}/output", output
