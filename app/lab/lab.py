"""The lab: one short method for each view."""

from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from app.engine.errors import SpecError
from app.engine.spec.normalisation import Figures
from app.lab.compute.passes import Passes, check_layer, check_map
from app.lab.compute.slots import Slots
from app.lab.exports.build import Exports
from app.lab.fold.build import fold_view
from app.lab.fold.views import FoldView
from app.lab.keep.convolution_choice import Choice
from app.lab.keep.samples import Samples
from app.lab.keep.uploads import Uploads
from app.lab.keep.views import DeletionView
from app.lab.kinds import cost_table, factor_maps
from app.lab.kinds.views import CostsView, IntermediateView
from app.lab.maps import kernel_editor
from app.lab.maps.build import map_view, maps_view
from app.lab.maps.views import MapsView, MapView
from app.lab.one_layer.build import offer_view, one_layer_view
from app.lab.one_layer.views import OneLayerView
from app.lab.pieces import layer_summary
from app.lab.pieces.kernels import CHANNEL_NAMES, input_names
from app.lab.pieces.pixel_alignment import planes
from app.lab.pieces.tiles import LARGE_TILE
from app.lab.pieces.training import training_view
from app.lab.pixel.build import pixel_view
from app.lab.pixel.views import PixelView
from app.lab.projections.build import Projections
from app.lab.stage.drawings import Drawings
from app.lab.stage.views import AboutView, ChannelView, LabView, PictureView
from app.lab.state import cost, fields
from app.lab.state.state import LAYERS, State, build
from app.lab.wall import details
from app.lab.wall.build import wall_view
from app.lab.wall.views import WallView
from app.lab.weights import origins
from app.lab.weights.adopted_settings import adopted
from app.lab.weights.views import EditorView, ImportedView
from app.settings import Settings

DEFAULT_SAMPLE = "cat"
UPLOAD_TITLE = "Your picture"
DEFAULT_MAP = (2, 22)  # its filter has something to show for most maps


class Lab:
    """Everything the product answers, free of HTTP. Safe to share between threads."""

    def __init__(self, settings: Settings, samples: Samples) -> None:
        self.settings = settings
        self.samples = samples
        self._passes = Passes(settings, samples)
        self.slots = Slots(settings.threads)
        self.drawings = Drawings(self._passes, self.slots)
        self.projections = Projections(self._passes, samples, threads=settings.threads)
        self.exports = Exports(self._passes)
        self.uploads = Uploads(self._passes.pictures, hours=settings.image_hours)
        self.imports = self._passes.banks.imports
        for forgets in (self._passes, self.drawings, self.projections):
            self.uploads.when_forgotten(forgets.forget)
            self.imports.when_forgotten(forgets.forget_weights)

    def first_state(self) -> State:
        """Return what `/` shows: a sample through the default stack."""
        return build(DEFAULT_SAMPLE, {})

    def warm_up(self) -> None:
        """Compute what most people see first."""
        self._passes.warm_up()
        with suppress(SpecError):  # the operator's limits may be lower than the default stack
            self.lab(self.first_state())

    def close(self) -> None:
        """Finish what is computed beside the requests."""
        self.drawings.close()

    def may_change(self, image_id: str) -> bool:
        """Tell whether another start of the server may have another picture under this id."""
        return self.samples.may_change(image_id)

    def picture_title(self, image_id: str) -> str:
        """Return what a picture is called."""
        return self.samples.view(image_id).title if image_id in self.samples else UPLOAD_TITLE

    def lab(
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
        """
        layer, channel = chosen or first_map(state)
        check_map(state, layer, channel)
        run, limits = self._passes.run(state), self._passes.limits
        self.drawings.ahead(state)
        plain = layer_summary.plain(state)
        one, two = (layer_summary.layer_view(plain, number, limits) for number in LAYERS)
        first, second = (maps_view(run, number, state.display) for number in LAYERS)
        return LabView(
            picture=self._picture(state, token),
            samples=self.samples.views,
            layers=(one, two),
            total=layer_summary.total_view(one, two),
            grids=(first, second),
            map=map_view(
                run, layer, channel, state.display, self._editor(state, layer, channel, kernel)
            ),
            fold=fold,
            pixel=pixel,
            planes=planes(state.stack, state.display.show),
            training=training_view(state.stack),
            imported=origins.origin_views(state.stack, self.imports, token),
            one_layer=offer_view(state.stack),
            chosen=chosen is not None,
            muted=tuple(sorted(state.muted)),
            display=fields.display_fields(state, limits),
            unshown=fields.unshown(state),
        )

    def import_weights(
        self, state: State, file: BinaryIO, choice: Choice, figures: tuple[Figures, Figures]
    ) -> tuple[ImportedView, State]:
        """Keep two convolutions of a file; return what was taken, and `state` with them.

        `figures` are the means and the deviations of the input, each empty where none are given.

        Raises:
            WeightsError: the file cannot be read, or what is chosen does not fit.
            SpecError: the figures or a setting of `state` do not go with the shapes; nothing is kept.
        """
        taken = self.imports.take(file, choice)
        its = adopted(state, taken, means=figures[0], deviations=figures[1])
        cost.check(its.stack, self._passes.limits)
        return self.imports.keep(taken), its

    def maps(self, state: State, layer: int) -> MapsView:
        """Return the grid of one layer."""
        check_layer(layer)
        return maps_view(self._passes.run(state), layer, state.display, LARGE_TILE)

    def map(self, state: State, layer: int, channel: int, *, kernel: int | None = None) -> MapView:
        """Return one map with its filter; the `kernel` for that input channel can be set by hand."""
        check_map(state, layer, channel)
        editor = self._editor(state, layer, channel, kernel)
        return map_view(self._passes.run(state), layer, channel, state.display, editor)

    def fold(
        self,
        state: State,
        layer: int,
        channel: int,
        *,
        step: int | None = None,
        opened: int | None = None,
    ) -> FoldView:
        """Return one map from its contributions, with `step` of the running sum and one contribution open."""
        one = self._passes.fold(state, layer, channel)
        last = one.last_step
        if step is not None and not 0 <= step <= last:
            raise SpecError("sum", f"is {step}; 0 to {last} would work.")
        inputs = len(one.contributions)
        if opened is not None and not 0 <= opened < inputs:
            raise SpecError("input", f"is {opened}; 0 to {inputs - 1} would work.")
        return fold_view(one, state.display, step=step, opened=opened, muted=state.muted)

    def pixel(
        self,
        state: State,
        layer: int,
        channel: int,
        row: int,
        col: int,
        *,
        summed: tuple[int, ...] | None = None,
        value: int | None = None,
    ) -> PixelView:
        """Return one pixel of a layer's output by hand; `summed` is the order of the running sum beside it.

        Through a pool, `value` is the value of its window that the ledger is of.
        """
        check_map(state, layer, channel)
        trace = self._passes.layer_run(state, layer).trace()
        place = (layer, channel, row, col)
        return pixel_view(trace, place, state.display.order, summed, value=value)

    def map_size(self, state: State, layer: int, channel: int) -> tuple[int, int]:
        """Return the height and width of one map as the layer hands it on."""
        check_map(state, layer, channel)
        _, height, width = state.stack.output_shape(layer)
        return height, width

    def wall(
        self, state: State, layer: int, *, column: int | None = None, row: int | None = None
    ) -> WallView:
        """Return all contributions of a layer, with a column, a row or, given both, a cell open."""
        check_layer(layer)
        channels, filters = (shape[0] for shape in state.stack.shapes[layer - 1 : layer + 1])
        _check_place("column", column, channels)
        _check_place("row", row, filters)
        one = self._passes.wall(state, layer)
        fold = None if row is None else self._passes.fold(state, layer, row)
        alone = column is not None and fold is None
        whole = self._passes.hearing_all(state) if one.muted() else None
        return wall_view(
            one,
            state.display,
            reach=self._passes.reach(one, column) if column is not None and alone else None,
            made_of=details.made_of_view(one, fold) if fold and column is None else None,
            cell=details.cell_view(one, fold, column) if fold and column is not None else None,
            changes=details.changes_view(one, whole, state.display) if whole else None,
            kinds=cost_table.kind_views(self.costs(state, layer), state, self._passes.limits),
        )

    def costs(self, state: State, layer: int) -> CostsView:
        """Return what one layer would cost in each way that it could be made."""
        check_layer(layer)
        cost.check(state.stack, self._passes.limits)
        return cost_table.costs_view(layer_summary.plain(state), layer, self._passes.limits)

    def intermediate(self, state: State, layer: int) -> IntermediateView:
        """Return the maps between the two factors of a layer."""
        check_layer(layer)
        return factor_maps.intermediate_view(self._passes.run(state), layer, state.display)

    def one_layer(self, state: State) -> OneLayerView:
        """Return the one layer that both layers equal where they are linear."""
        return one_layer_view(self._passes, state)

    def about(self) -> AboutView:
        """Return what the about page tells."""
        return AboutView(
            samples=self.samples.views,
            kept_hours=self.settings.image_hours,
            upload_mib=self.settings.upload_mib,
            upload_megapixels=self.settings.upload_megapixels,
        )

    def _editor(
        self, state: State, layer: int, channel: int, kernel: int | None
    ) -> EditorView | None:
        if kernel is None:
            return None
        unturned = replace(state.stack, flip=False)
        banks = self._passes.banks
        names = input_names(state.stack, layer, banks.bank(unturned, 1))
        known = names[kernel] if kernel < len(names) else None
        place = (layer, channel, kernel)
        return kernel_editor.editor_view(state, place, banks.bank(unturned, layer), known)

    def _picture(self, state: State, token: str | None) -> PictureView:
        ready, sample = self._passes.ready(state), state.image_id in self.samples
        view = self.samples.view(state.image_id) if sample else None
        may_delete = token is not None and self.uploads.store.is_held(state.image_id, token)
        names = CHANNEL_NAMES[state.stack.channels]
        return PictureView(
            id=state.image_id,
            title=self.picture_title(state.image_id),
            credit=f"{view.credit}, {view.terms}" if view else None,
            height=ready.height,
            width=ready.width,
            size=state.stack.size,
            notes=ready.notes,
            channels=tuple(ChannelView(channel=c, name=name) for c, name in enumerate(names)),
            kept_hours=None if sample else self.settings.image_hours,
            deletion=DeletionView(token=token) if token and may_delete else None,
            fields=fields.picture_fields(state, self._passes.limits),
        )


def first_map(state: State) -> tuple[int, int]:
    """Return the map (layer, channel) that stands open where none is chosen."""
    layer, channel = DEFAULT_MAP
    return layer, min(channel, state.stack.layers[layer - 1].filters - 1)


def _check_place(name: str, given: int | None, count: int) -> None:
    if given is not None and not 0 <= given < count:
        raise SpecError(name, f"is {given}; 0 to {count - 1} would work.")
