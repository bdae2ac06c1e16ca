"""The page of the lab: picture, settings and the maps of both layers, with a map, a fold or a pixel open."""

from app.engine.explain.fold import kernels_equal
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes, check_map
from app.lab.fold.views import FoldView
from app.lab.keep.decoding import decode_limits
from app.lab.keep.samples import Samples
from app.lab.keep.views import DeletionView
from app.lab.maps.build import grid_view, one_map_view
from app.lab.maps.kernel_editor import open_editor
from app.lab.one_layer.build import offer_view
from app.lab.pieces.kernels import CHANNEL_NAMES
from app.lab.pieces.pixel_alignment import planes
from app.lab.pieces.training import training_view
from app.lab.pixel.views import PixelView
from app.lab.stage.bench import stage_view
from app.lab.stage.drawn_ahead import DrawnAhead
from app.lab.stage.faces import faces_view
from app.lab.stage.layers import layer_view, total_view
from app.lab.stage.stage_views import StageView
from app.lab.stage.views import AboutView, ChannelView, LabView, PictureView
from app.lab.state import fields
from app.lab.state.state import LAYERS, State
from app.lab.weights import origins
from app.settings import Settings

DEFAULT_MAP = (2, 22)  # its filter has something to show for most maps


class LabPage:
    """Puts the page together from what the features show. Safe to share between threads."""

    def __init__(
        self, settings: Settings, samples: Samples, passes: Passes, ahead: DrawnAhead
    ) -> None:
        self._settings = settings
        self._samples = samples
        self._passes = passes
        self._ahead = ahead

    def view(
        self,
        state: State,
        chosen: tuple[int, int] | None = None,
        *,
        fold: FoldView | None = None,
        pixel: PixelView | None = None,
        kernel: int | None = None,
        token: str | None = None,
    ) -> LabView:
        """Return the whole lab with the map `chosen` (layer, channel) open, as fold and pixel where given.

        The `kernel` of the map for that input channel can be set by hand. With the `token` of an uploader, the
        picture can be deleted.

        Raises:
            NoSuchMap: the stack has no such map.
            PlaceError: its filter has no such kernel, or none that can be set.
        """
        layer, channel = chosen or first_map(state)
        check_map(state, layer, channel)
        run, limits = self._passes.run(state), self._passes.limits
        self._ahead.draw(state)
        one, two = (layer_view(state, number, limits) for number in LAYERS)
        first, second = (grid_view(run, number, state.display) for number in LAYERS)
        place = (layer, channel, kernel) if kernel is not None else None
        editor = open_editor(self._passes, state, place) if place else None
        return LabView(
            stage=_stage(run, state, chosen, fold),
            picture=self._picture(state, token),
            samples=self._samples.views,
            samples_digest=self._samples.digest[:8],
            layers=(one, two),
            total=total_view(one, two),
            grids=(first, second),
            map=one_map_view(run, layer, channel, state.display, editor),
            fold=fold,
            pixel=pixel,
            planes=planes(state.stack, state.display.show),
            training=training_view(state.stack),
            imported=origins.origin_views(state.stack, self._passes.banks.imports, token),
            one_layer=offer_view(state.stack),
            faces=faces_view(run),
            colour_filter=colour_filter(run),
            chosen=chosen is not None,
            muted=tuple(sorted(state.muted)),
            display=fields.display_fields(state, limits),
            unshown=fields.unshown(state),
        )

    def about(self) -> AboutView:
        """Return what the about page tells."""
        return AboutView(
            samples=self._samples.views,
            kept_hours=self._settings.image_hours,
            upload_mib=self._settings.upload_mib,
            upload_megapixels=self._settings.upload_megapixels,
            jpeg_megapixels=decode_limits(self._settings).max_jpeg_pixels // 1_000_000,
        )

    def _picture(self, state: State, token: str | None) -> PictureView:
        ready, sample = self._passes.ready(state), state.image_id in self._samples
        pictures = self._passes.pictures
        view = self._samples.view(state.image_id) if sample else None
        may_delete = token is not None and pictures.store.is_held(state.image_id, token)
        names = CHANNEL_NAMES[state.stack.channels]
        return PictureView(
            id=state.image_id,
            title=pictures.title(state.image_id),
            credit=view.credit_line if view else None,
            height=ready.height,
            width=ready.width,
            size=state.stack.size,
            notes=ready.notes,
            channels=tuple(ChannelView(channel=c, name=name) for c, name in enumerate(names)),
            kept_hours=None if sample else self._settings.image_hours,
            deletion=DeletionView(token=token) if token and may_delete else None,
            fields=fields.picture_fields(state, self._passes.limits),
        )


def _stage(
    run: Pass, state: State, chosen: tuple[int, int] | None, fold: FoldView | None
) -> StageView:
    if fold:
        return stage_view(run, fold.layer, fold.channel, closed=False)
    layer, channel = chosen if chosen and chosen[0] == 2 else first_map(state)
    return stage_view(run, layer, channel, closed=True)


def first_map(state: State) -> tuple[int, int]:
    """Return the map (layer, channel) that stands open where none is chosen."""
    layer, channel = DEFAULT_MAP
    return layer, min(channel, state.stack.layers[layer - 1].filters - 1)


def colour_filter(run: Pass) -> int:
    """Return the first filter of layer 1 whose kernels for the colours differ; the first where there is none."""
    spec, kernels = run.spec, run.bank(1).full
    for channel, own in enumerate(kernels):
        if not kernels_equal(own[list(spec.channels_read(1, channel))]):
            return channel
    return 0
