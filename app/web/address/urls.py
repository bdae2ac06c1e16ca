"""Builds all addresses. Settings appear in a fixed order, and those with their default are omitted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from app.engine.errors import SpecError
from app.engine.spec import weight_names
from app.engine.weights.banks.face import FACE_SETTINGS
from app.lab.lab import DEFAULT_SAMPLE
from app.lab.maps import kernel_editor
from app.lab.state import muting
from app.lab.state.state import Order, State
from app.web.address.base import Addresses
from app.web.address.deep_nets import DeepNetAddresses
from app.web.address.exports import ExportAddresses
from app.web.address.fold import FoldAddresses
from app.web.address.kinds import KindAddresses
from app.web.address.lessons import LessonAddresses
from app.web.address.live import LiveAddresses
from app.web.address.maps import MapAddresses
from app.web.address.one_layer import OneLayerAddresses
from app.web.address.params import state_from_query
from app.web.address.pictures import PictureAddresses
from app.web.address.pixel import PixelAddresses
from app.web.address.projections import ProjectionAddresses
from app.web.address.query import in_effect, query_of
from app.web.address.training import TrainingAddresses
from app.web.address.version import BUILD
from app.web.address.wall import WallAddresses
from app.web.address.weights import WeightAddresses


@dataclass(frozen=True)
class Urls(Addresses):
    """The addresses of one state, by feature: `urls.fold.page(2, 7)`, `urls.maps.sheet(1)`.

    With `frame`, addresses of views stay embedded; those of pictures and data do not depend on it.
    """

    @property
    def home(self) -> str:
        return self.plain("/") if self.frame is None else self.pictures.lab_on(DEFAULT_SAMPLE)

    @property
    def about(self) -> str:
        return self.plain("/about")

    @property
    def lab(self) -> str:
        return self.at(self.image)

    def lab_with(self, token: str) -> str:
        """Return the address of the lab from which the uploader can delete the picture."""
        return self.at(self.image, {"token": token})

    def static(self, path: str) -> str:
        return f"{self.root}/static/{BUILD}/{path}"

    @cached_property
    def changed(self) -> "Changed":
        """Return the addresses of states with a small change to this one."""
        return Changed(self)

    @cached_property
    def pictures(self) -> PictureAddresses:
        return PictureAddresses(self)

    @cached_property
    def live(self) -> LiveAddresses:
        return LiveAddresses(self)

    @cached_property
    def maps(self) -> MapAddresses:
        return MapAddresses(self)

    @cached_property
    def fold(self) -> FoldAddresses:
        return FoldAddresses(self)

    @cached_property
    def pixel(self) -> PixelAddresses:
        return PixelAddresses(self)

    @cached_property
    def projections(self) -> ProjectionAddresses:
        return ProjectionAddresses(self)

    @cached_property
    def wall(self) -> WallAddresses:
        return WallAddresses(self)

    @cached_property
    def training(self) -> TrainingAddresses:
        return TrainingAddresses(self)

    @cached_property
    def kinds(self) -> KindAddresses:
        return KindAddresses(self)

    @cached_property
    def one_layer(self) -> OneLayerAddresses:
        return OneLayerAddresses(self)

    @cached_property
    def deep_nets(self) -> DeepNetAddresses:
        return DeepNetAddresses(self)

    @cached_property
    def lessons(self) -> LessonAddresses:
        return LessonAddresses(self)

    @cached_property
    def weights(self) -> WeightAddresses:
        return WeightAddresses(self)

    @cached_property
    def exports(self) -> ExportAddresses:
        return ExportAddresses(self)


@dataclass(frozen=True)
class Changed:
    """The addresses of states with a small change to that of `urls`.

    If the embedding page has locked a setting, a change to it leads to the same state.
    """

    urls: Urls

    @property
    def linear(self) -> Urls:
        """Return the addresses of the same state with no activation in either layer."""
        first, second = (replace(one, activation="linear") for one in self._state.stack.layers)
        stack = replace(self._state.stack, layers=(first, second))
        return self._to(replace(self._state, stack=stack))

    @property
    def as_read(self) -> Urls:
        """Return the addresses of the same state with maps shown as the next layer reads them."""
        display = replace(self._state.display, show="activation")
        return replace(self.urls, state=replace(self._state, display=display))

    def on_picture(self, image_id: str) -> Urls:
        """Return the addresses of the same state on another picture."""
        return replace(self.urls, state=replace(self._state, image_id=image_id))

    def changing(self, settings: Iterable[tuple[str, str]]) -> Urls:
        """Return the addresses of the state with some settings changed; values are as in the query."""
        return self._to(_changed(self._state, tuple(settings)))

    def is_free(self, settings: Iterable[tuple[str, str]]) -> bool:
        """Tell whether no lock forbids to change these settings so; their values are as in the query."""
        return not self._forbids(_changed(self._state, tuple(settings)))

    def showing(self, settings: Iterable[tuple[str, str]]) -> Urls:
        """Return the addresses of what a lesson shows with settings of its own, whatever is locked."""
        return replace(self.urls, state=_changed(self._state, tuple(settings)))

    def muting(self, channel: int) -> Urls | None:
        """Return the addresses of the state with one more map muted for layer 2; None where none would be left."""
        muted = muting.muting(self._state, channel)
        return None if muted is None else self._to(muted)

    def hearing(self, channel: int) -> Urls:
        """Return the addresses of the state with one map unmuted for layer 2."""
        return self._to(muting.hearing(self._state, channel))

    def hearing_only(self, channel: int) -> Urls:
        """Return the addresses of the state in which layer 2 uses a single map."""
        return self._to(muting.hearing_only(self._state, channel))

    @property
    def hearing_all(self) -> Urls:
        """Return the addresses of the state with no map muted."""
        return self._to(muting.hearing_all(self._state))

    def setting(self, layer: int, row: int, channel: int, weights: tuple[float, ...]) -> Urls:
        """Return the addresses of the state with these weights in one kernel."""
        return self._to(kernel_editor.setting(self._state, (layer, row, channel), weights))

    def resetting(self, layer: int, row: int, channel: int) -> Urls:
        """Return the addresses of the state with one kernel reset to that of its bank."""
        return self._to(kernel_editor.resetting(self._state, (layer, row, channel)))

    def resetting_all(self, layer: int) -> Urls:
        """Return the addresses of the state with all kernels of a layer reset."""
        return self._to(kernel_editor.resetting_all(self._state, layer))

    @property
    def trained(self) -> Urls | None:
        """Return the addresses of the same state with trained weights, or None if its shapes do not fit."""
        try:
            return self.changing((("weights1", weight_names.TRAINED), ("weights2", "")))
        except SpecError:
            return None

    @property
    def faces(self) -> Urls:
        """Return the addresses of the drawn faces with the bank of filters that detects them."""
        state = state_from_query(weight_names.FACE, FACE_SETTINGS)
        return replace(self.urls, state=replace(state, display=self._state.display))

    def at_step(self, step: int, last: int) -> Urls:
        """Return the addresses of the same state with the weights of a training step, of `last` steps."""
        stack = replace(self._state.stack, step=None if step == last else step)
        return self._to(replace(self._state, stack=stack))

    def ordered(self, order: Order) -> Urls:
        """Return the addresses of the same state with its channels in another order."""
        display = replace(self._state.display, order=order)
        return self._to(replace(self._state, display=display))

    def laid(self, *, over: bool) -> Urls:
        """Return the addresses of the same state with large maps over the picture, or alone."""
        return self._to(replace(self._state, display=replace(self._state.display, over=over)))

    @property
    def _state(self) -> State:
        return self.urls.state

    def _to(self, state: State) -> Urls:
        # Locked settings stay: a link that would change one leads to the current state.
        return self.urls if self._forbids(state) else replace(self.urls, state=state)

    def _forbids(self, state: State) -> bool:
        if not self.urls.is_locked:
            return False
        now, then = in_effect(self._state), in_effect(state)
        return any(self.urls.locks(name) for name in now if now[name] != then[name])


@lru_cache(maxsize=512)  # every page contains the same ten
def _changed(state: State, settings: tuple[tuple[str, str], ...]) -> State:
    return state_from_query(state.image_id, query_of(state) | dict(settings))
