"""Addresses of states that differ from this one in little."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from app.lab import muting
from app.lab.state import Order, State
from app.web.params import state_from_query
from app.web.urls.base import Addresses
from app.web.urls.query import query_of


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

    def ordered(self, order: Order) -> Self:
        """Return the addresses of the same state with its channels in another order."""
        display = replace(self.state.display, order=order)
        return self._in(replace(self.state, display=display))


@lru_cache(maxsize=512)  # a page offers ten of them again and again
def _changed(state: State, settings: tuple[tuple[str, str], ...]) -> State:
    return state_from_query(state.image_id, query_of(state) | dict(settings))
