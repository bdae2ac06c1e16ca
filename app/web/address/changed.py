"""Addresses of states that differ from this one in little."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from app.engine.errors import SpecError
from app.engine.spec import weight_names
from app.engine.weights.banks.face import FACE_SETTINGS
from app.lab.maps import kernel_editor
from app.lab.state import muting
from app.lab.state.state import Order, State
from app.web.address.base import Addresses
from app.web.address.params import state_from_query
from app.web.address.query import query_of


@dataclass(frozen=True)
class OfChanges(Addresses):
    """Addresses of states that differ from this one in little."""

    @property
    def linear(self) -> Self:
        """Return the addresses of the same state with no activation in either layer."""
        first, second = (replace(one, activation="linear") for one in self.state.stack.layers)
        stack = replace(self.state.stack, layers=(first, second))
        return self._in(replace(self.state, stack=stack))

    def pictured(self, image_id: str) -> Self:
        """Return the addresses of the same state on another picture."""
        return replace(self, state=replace(self.state, image_id=image_id))

    def changing(self, settings: Iterable[tuple[str, str]]) -> Self:
        """Return the addresses of the state with some settings changed, as the address writes them."""
        return self._in(_changed(self.state, tuple(settings)))

    def muting(self, channel: int) -> Self:
        """Return the addresses of the state in which layer 2 does not hear one map more."""
        return self._in(muting.muting(self.state, channel))

    def hearing(self, channel: int) -> Self:
        """Return the addresses of the state in which layer 2 hears one map more."""
        return self._in(muting.hearing(self.state, channel))

    def hearing_only(self, channel: int) -> Self:
        """Return the addresses of the state in which layer 2 hears one map alone."""
        return self._in(muting.hearing_only(self.state, channel))

    @property
    def hearing_all(self) -> Self:
        """Return the addresses of the state in which layer 2 hears every map."""
        return self._in(muting.hearing_all(self.state))

    def setting(self, layer: int, row: int, channel: int, weights: tuple[float, ...]) -> Self:
        """Return the addresses of the state in which one kernel has these weights."""
        return self._in(kernel_editor.setting(self.state, (layer, row, channel), weights))

    def resetting(self, layer: int, row: int, channel: int) -> Self:
        """Return the addresses of the state in which one kernel is that of its bank."""
        return self._in(kernel_editor.resetting(self.state, (layer, row, channel)))

    def resetting_all(self, layer: int) -> Self:
        """Return the addresses of the state in which no kernel of a layer is set by hand."""
        return self._in(kernel_editor.resetting_all(self.state, layer))

    @property
    def trained(self) -> Self | None:
        """Return the addresses of the same state with trained weights; None where its shapes do not allow them."""
        try:
            return self.changing((("weights1", weight_names.TRAINED), ("weights2", "")))
        except SpecError:
            return None

    @property
    def faces(self) -> Self:
        """Return the addresses of the drawn faces through the bank that finds them."""
        state = state_from_query(weight_names.FACE, FACE_SETTINGS)
        return replace(self, state=replace(state, display=self.state.display))

    def at_step(self, step: int, last: int) -> Self:
        """Return the addresses of the same state with the weights of a training step, of which there is a last."""
        stack = replace(self.state.stack, step=None if step == last else step)
        return self._in(replace(self.state, stack=stack))

    def ordered(self, order: Order) -> Self:
        """Return the addresses of the same state with its channels in another order."""
        display = replace(self.state.display, order=order)
        return self._in(replace(self.state, display=display))


@lru_cache(maxsize=512)  # a page offers ten of them again and again
def _changed(state: State, settings: tuple[tuple[str, str], ...]) -> State:
    return state_from_query(state.image_id, query_of(state) | dict(settings))
