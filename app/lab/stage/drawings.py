"""The pictures and the arrays that the lab answers beside its views: one short method each."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from app.drawing import colormaps
from app.drawing.png import encode_png, encode_rgb_png
from app.engine.arrays import Float
from app.engine.compute.trace import Trace
from app.engine.errors import EngineError
from app.lab.compute.passes import Passes, check_layer, check_map
from app.lab.compute.slots import Slots
from app.lab.compute.weight_banks import imported_names
from app.lab.compute_timing import spent_on
from app.lab.deep_nets.views import LadderView
from app.lab.errors import LabError, NoSuchMap
from app.lab.exports.npz import archive
from app.lab.fold.build import contributions_png, sums_png, wrong_png
from app.lab.keep.byte_cache import ByteCache, belongs_to, uses_weights
from app.lab.kinds import factor_maps
from app.lab.maps.build import map_png, sheet_png
from app.lab.one_layer.build import one_layer_png
from app.lab.pieces import kernels
from app.lab.pieces.stack_facts import arrays_of
from app.lab.pieces.tiles import TILE
from app.lab.pixel import build as pixels
from app.lab.stage import previews
from app.lab.state.state import LAYERS, State
from app.lab.wall.build import wall_png

log = logging.getLogger(__name__)

SHEETS_BYTES = 24 * 2**20  # about 25 pages


class Drawings:
    """PNG and npz of what a state computes."""

    def __init__(self, passes: Passes, slots: Slots) -> None:
        self._passes = passes
        self._slots = slots
        self._sheets: ByteCache[bytes] = ByteCache(SHEETS_BYTES, size_of=len)
        self._ahead = ThreadPoolExecutor(slots.count, thread_name_prefix="ahead")
        self._closed = False

    def ahead(self, state: State) -> None:
        """Draw the sheets that a page of this state is about to ask for, while the page is made.

        Only where a slot is free that nobody waits for: a page that was asked for comes before.
        """
        if not self._closed and self._slots.take_if_free():
            self._ahead.submit(self._draw_ahead, state)

    def close(self) -> None:
        """Draw nothing ahead any more, and wait until what is being drawn is done."""
        self._closed = True
        self._ahead.shutdown()

    def forget(self, image_id: str) -> None:
        """Keep no sheet of an upload."""
        self._sheets.drop(belongs_to(image_id))

    def forget_weights(self, key: str) -> None:
        """Keep no sheet that was computed with imported weights, by the hash that ends their id."""
        self._sheets.drop(uses_weights(key))

    @spent_on("draw")
    def sheet(self, state: State, layer: int, tile: int) -> bytes:
        """Draw all maps of a layer into one picture, each at most `tile` pixels a side."""
        check_layer(layer)
        run = self._passes.layer_run(state, layer)
        look = replace(state.display, order="index", axes="first")  # which no sheet shows
        key = (state.image_id, state.fit, run.spec, run.muted, look, layer, tile)
        return self._sheets.get(key, lambda: sheet_png(run, layer, look, tile))

    @spent_on("draw")
    def map(self, state: State, layer: int, channel: int) -> bytes:
        """Draw one map at its full size."""
        check_map(state, layer, channel)
        return map_png(self._passes.layer_run(state, layer), layer, channel, state.display)

    @spent_on("draw")
    def filter(self, state: State, layer: int, channel: int) -> bytes:
        """Draw all kernels of one filter, a pixel a weight."""
        check_map(state, layer, channel)
        return kernels.filter_png(self._passes.banks.bank(state.stack, layer), channel)

    @spent_on("draw")
    def contributions(self, state: State, layer: int, channel: int) -> bytes:
        """Draw all contributions of one map into one picture."""
        return contributions_png(self._passes.fold(state, layer, channel), state.display)

    @spent_on("draw")
    def sums(self, state: State, layer: int, channel: int) -> bytes:
        """Draw every step of the running sum of one map into one picture."""
        return sums_png(self._passes.fold(state, layer, channel), state.display)

    @spent_on("draw")
    def intermediate(self, state: State, layer: int) -> bytes:
        """Draw the maps between the two factors of a layer into one picture."""
        check_layer(layer)
        run = self._passes.layer_run(state, layer)
        return factor_maps.intermediate_png(run, layer, state.display)

    @spent_on("draw")
    def wall(self, state: State, layer: int) -> bytes:
        """Draw all contributions of a layer into one picture, with the maps at both ends of them."""
        return wall_png(self._passes.wall(state, layer), state.display)

    @spent_on("draw")
    def wrong(self, state: State, layer: int, channel: int, kind: str) -> bytes:
        """Draw a tempting wrong answer, or the `true` pre-activation that it is compared with."""
        if kind not in ("true", "mean", "shared"):
            raise NoSuchMap(f"There is no picture of {kind}; true, mean and shared would work.")
        return wrong_png(self._passes.fold(state, layer, channel), kind, state.display)

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

    @spent_on("draw")
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

    @spent_on("draw")
    def one_layer(self, state: State) -> bytes:
        """Draw all filters of the one layer that both layers equal, a pixel a weight."""
        return one_layer_png(self._passes, state)

    @spent_on("draw")
    def picture(self, state: State) -> bytes:
        """Draw the working square, before `normalise`."""
        image = self._passes.ready(state).prepared.image  # (C, H, W)
        pixels = np.round(np.moveaxis(image, 0, -1) * 255).astype(np.uint8)
        return encode_rgb_png(np.repeat(pixels, 3 // pixels.shape[-1], axis=-1))

    @spent_on("draw")
    def preview(self, state: State, chosen: tuple[int, int] | None, *, width: int) -> bytes:
        """Draw the whole view into one picture, with the map `chosen` (layer, channel) or all of layer 2."""
        if chosen is not None:
            check_map(state, *chosen)
        image, run = self._passes.ready(state).prepared.image, self._passes.run(state)
        return previews.preview_png(image, run, state.display, chosen, width=width)

    @spent_on("draw")
    def ladder_preview(self, state: State, ladder: LadderView, *, width: int) -> bytes:
        """Draw a deep net by its sizes, on the picture of a state."""
        return previews.ladder_png(self._passes.ready(state).prepared.image, ladder, width=width)

    @spent_on("draw")
    def channel(self, state: State, channel: int) -> bytes:
        """Draw one channel of the working square, black for 0 and white for 1."""
        image = self._passes.ready(state).prepared.image
        if not 0 <= channel < len(image):
            last = len(image) - 1
            raise NoSuchMap(f"The picture has no channel {channel}; 0 to {last} would work.")
        indices = np.round(image[channel] * 255).astype(np.uint8)
        return encode_png(indices, colormaps.GREY, transparent_first=False)

    def _draw_ahead(self, state: State) -> None:
        try:
            for number in LAYERS:
                self.sheet(state, number, TILE)
        except (LabError, EngineError) as error:
            log.info("Sheets were not drawn ahead: %s", type(error).__name__)  # the page says why
        except Exception:  # nobody waits for this thread, so it has to tell by itself
            log.exception("Sheets could not be drawn ahead")
        finally:
            self._slots.give_back()
        self._forget_if_gone(state)

    def _forget_if_gone(self, state: State) -> None:
        if not self._passes.pictures.has(state.image_id):  # deleted meanwhile
            self._passes.forget(state.image_id)
            self.forget(state.image_id)
        imports = self._passes.banks.imports
        for name in imported_names(state.stack):
            if imports.seconds_left(name) < 0:
                imports.forget(name)

    def trace(self, state: State) -> Iterator[bytes]:
        """Return every array of the pass as the pieces of an .npz, so that it is never whole in memory.

        Weights are the full filter banks, (F, C, kh, kw); those of two factors are there as they are, too.
        """
        trace = self._passes.run(state).trace()
        return archive(_arrays(trace))


def _arrays(trace: Trace) -> Iterator[tuple[str, Float]]:
    yield "image", trace.image
    outputs = (trace.input_of(2), trace.layers[1].output)
    for number, layer, output in zip(LAYERS, trace.layers, outputs, strict=True):
        yield from arrays_of(number, layer.bank)
        yield f"layer{number}/preactivation", layer.preactivation
        yield f"layer{number}/activation", layer.activation
        yield f"layer{number}/output", output
