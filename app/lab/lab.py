"""The lab: one short method for each answer."""

import io

import numpy as np

from app.engine.filters import full_bank
from app.imaging import colormaps
from app.imaging.png import encode_png, encode_rgb_png
from app.lab import cost, describe, fields, grids
from app.lab.errors import NoSuchMap
from app.lab.pictures import MIB, Pictures, Ready
from app.lab.samples import Samples
from app.lab.state import LAYERS, State, build
from app.lab.traces import Pass, Traces
from app.lab.views import (
    AboutView,
    AddedView,
    ChannelView,
    LabView,
    MapsView,
    MapView,
    PictureView,
)
from app.settings import Settings

DEFAULT_SAMPLE = "cat"
DEFAULT_MAP = (2, 0)


class Lab:
    """Everything the product answers, free of HTTP. Safe to share between threads."""

    def __init__(self, settings: Settings, samples: Samples) -> None:
        self.settings = settings
        self.samples = samples
        self.limits = cost.CostLimits(
            multiply_adds=settings.max_multiply_adds, nbytes=settings.max_pass_mib * MIB
        )
        self._pictures = Pictures(settings, samples)
        self._traces = Traces(settings.trace_cache_mib * MIB, threads=settings.threads)

    def first_state(self) -> State:
        """Return what `/` shows: a sample through the default stack."""
        return build(DEFAULT_SAMPLE, {})

    def add_image(self, data: bytes) -> AddedView:
        """Take in an upload (see Pictures.add)."""
        return self._pictures.add(data)

    def lab(self, state: State, chosen: tuple[int, int] | None = None) -> LabView:
        """Return the whole lab, with the map `chosen` (layer, channel) open."""
        layer, channel = chosen or DEFAULT_MAP
        run = self._run(state)
        self._check_map(state, layer, channel)
        one, two = (describe.layer_view(state, number, self.limits) for number in LAYERS)
        first, second = (grids.maps_view(run, number, state.display) for number in LAYERS)
        return LabView(
            picture=self._picture(state),
            samples=self.samples.views,
            layers=(one, two),
            total=describe.total_view(one, two),
            grids=(first, second),
            map=grids.map_view(run, layer, channel, state.display),
            chosen=chosen is not None,
            display=fields.display_fields(state, self.limits),
        )

    def maps(self, state: State, layer: int) -> MapsView:
        """Return the grid of one layer."""
        self._check_layer(layer)
        return grids.maps_view(self._run(state), layer, state.display)

    def map(self, state: State, layer: int, channel: int) -> MapView:
        """Return one map with its filter."""
        self._check_map(state, layer, channel)
        return grids.map_view(self._run(state), layer, channel, state.display)

    def about(self) -> AboutView:
        """Return what the about page tells."""
        return AboutView(
            samples=self.samples.views,
            kept_hours=self.settings.image_hours,
            upload_mib=self.settings.upload_mib,
            upload_megapixels=self.settings.upload_megapixels,
        )

    def sheet_png(self, state: State, layer: int, tile: int) -> bytes:
        """Draw all maps of a layer into one picture, each at most `tile` pixels a side."""
        self._check_layer(layer)
        return grids.sheet_png(self._run(state), layer, state.display, tile)

    def map_png(self, state: State, layer: int, channel: int) -> bytes:
        """Draw one map at its full size."""
        self._check_map(state, layer, channel)
        return grids.map_png(self._run(state), layer, channel, state.display)

    def filter_png(self, state: State, layer: int, channel: int) -> bytes:
        """Draw all kernels of one filter, a pixel a weight."""
        self._check_map(state, layer, channel)
        return grids.filter_png(self._run(state), layer, channel)

    def picture_png(self, state: State) -> bytes:
        """Draw the working square, before `normalise`."""
        image = self._ready(state).prepared.image  # (C, H, W)
        pixels = np.round(np.moveaxis(image, 0, -1) * 255).astype(np.uint8)
        return encode_rgb_png(np.repeat(pixels, 3 // pixels.shape[-1], axis=-1))

    def channel_png(self, state: State, channel: int) -> bytes:
        """Draw one channel of the working square, black for 0 and white for 1."""
        image = self._ready(state).prepared.image
        if not 0 <= channel < len(image):
            raise NoSuchMap(
                f"The picture has no channel {channel}; 0 to {len(image) - 1} would work."
            )
        indices = np.round(image[channel] * 255).astype(np.uint8)
        return encode_png(indices, colormaps.GREY, transparent_first=False)

    def trace_npz(self, state: State) -> bytes:
        """Return every array of the pass as .npz, weights as full filter banks (F, C, kh, kw)."""
        trace = self._run(state).trace
        arrays = {"image": trace.image}
        for number, layer in zip(LAYERS, trace.layers, strict=True):
            channels = trace.spec.input_shape(number)[0]
            arrays |= {
                f"layer{number}/weight": full_bank(layer.bank.weight, layer.spec.groups, channels),
                f"layer{number}/bias": layer.bank.bias,
                f"layer{number}/preactivation": layer.preactivation,
                f"layer{number}/activation": layer.activation,
                f"layer{number}/output": layer.activation,
            }
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **arrays)
        return file.getvalue()

    def _run(self, state: State) -> Pass:
        cost.check(state.stack, self.limits)
        picture = (state.image_id, state.fit, state.stack.size, state.stack.channels)
        return self._traces.of(picture, self._ready(state).prepared.image, state.stack)

    def _ready(self, state: State) -> Ready:
        return self._pictures.ready(state)

    def _picture(self, state: State) -> PictureView:
        ready, sample = self._ready(state), state.image_id in self.samples
        view = self.samples.view(state.image_id) if sample else None
        names = grids.CHANNEL_NAMES[state.stack.channels]
        return PictureView(
            id=state.image_id,
            title=view.title if view else "Your picture",
            credit=f"{view.credit}, {view.terms}" if view else None,
            height=ready.height,
            width=ready.width,
            size=state.stack.size,
            notes=ready.notes,
            channels=tuple(ChannelView(channel=c, name=name) for c, name in enumerate(names)),
            kept_hours=None if sample else self.settings.image_hours,
            fields=fields.picture_fields(state, self.limits),
        )

    def _check_layer(self, layer: int) -> None:
        if layer not in LAYERS:
            raise NoSuchMap(f"The stack has no layer {layer}; 1 and 2 would work.")

    def _check_map(self, state: State, layer: int, channel: int) -> None:
        self._check_layer(layer)
        filters = state.stack.layers[layer - 1].filters
        if not 0 <= channel < filters:
            raise NoSuchMap(f"Layer {layer} has no map {channel}; 0 to {filters - 1} would work.")
