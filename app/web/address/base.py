"""What every address is made of: the sub-path, the state, the choices of whoever embeds the view."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self
from urllib.parse import parse_qsl, quote, urlencode

from app.lab.state.state import State, flatten
from app.web.address.query import BOTH_LAYERS, LAYER_1, SHOWN, query_of
from app.web.address.version import BUILD, VERSION
from app.web.embedding.frame import FIELDS, PREFIX, Frame


@dataclass(frozen=True)
class Addresses:
    """What every address is made of: the sub-path, the state, the choices of whoever embeds the view."""

    root: str
    state: State
    origin: str = ""
    frame: Frame | None = None

    def given(self, name: str) -> str:
        """Return a setting as the address writes it, empty where it has its default."""
        return self._given.get(name, "")

    def json(self, address: str) -> str:
        return self.beside(address, ".json")

    def at(self, path: str, more: Mapping[str, str]) -> str:
        """Return the address of a view by its path below the sub-path, with fields beside the settings."""
        return self._view(path, more)

    def beside(self, address: str, suffix: str) -> str:
        """Return the address of what belongs to a view, such as its data; embedded or not, it is the same."""
        path, _, query = address.partition("?")
        if self.frame is not None:
            path = f"{self.root}{path.removeprefix(self._base)}"
        fields = [(name, text) for name, text in parse_qsl(query) if name not in FIELDS]
        return f"{path}{suffix}?{urlencode(fields, safe=',')}" if fields else f"{path}{suffix}"

    def hides(self, part: str) -> bool:
        """Tell whether whoever embeds the view hides a part of it."""
        return self.frame is not None and part in self.frame.hide

    def locks(self, setting: str) -> bool:
        """Tell whether whoever embeds the view keeps a setting fixed."""
        return self.frame is not None and setting in self.frame.locked

    @property
    def frame_given(self) -> dict[str, str]:
        """Return the choices of whoever embeds the view."""
        return {} if self.frame is None else self.frame.query()

    @property
    def all_given(self) -> dict[str, str]:
        """Return every setting that differs from its default, for a form that leads to a view."""
        return {**self._given, **self.frame_given}

    def _in(self, state: State) -> Self:
        # What is locked stays: a link that would change it leads to where it stands.
        now, then = flatten(self.state), flatten(state)
        fixed = any(self.locks(name) for name in now if now[name] != then[name])
        return self if fixed else replace(self, state=state)

    @property
    def _base(self) -> str:
        return self.root if self.frame is None else f"{self.root}{PREFIX}"

    def _view(self, path: str, more: Mapping[str, str] | None = None) -> str:
        fields = {**self._given, **(more or {}), **self.frame_given}
        query = urlencode(fields, safe=",")
        return f"{self._base}{path}?{query}" if query else f"{self._base}{path}"

    @property
    def _image(self) -> str:
        return f"/images/{quote(self.state.image_id)}"

    def _layer(self, layer: int) -> str:
        return f"{self._image}/layers/{layer}/maps"

    def _that_change(self, layer: int) -> tuple[str, ...]:
        # A picture's address names only what it depends on, so that the others stay in the browser's cache.
        alone = layer == 1 and self.state.display.scale != "stack"
        return (*(LAYER_1 if alone else BOTH_LAYERS), *SHOWN)

    def _lasting(
        self, path: str, names: Iterable[str], more: Mapping[str, str] | None = None
    ) -> str:
        # With the build in it, what the address answers never changes.
        return self._with_query(path, names, {**(more or {}), VERSION: BUILD})

    def _with_query(
        self, path: str, names: Iterable[str], more: Mapping[str, str] | None = None
    ) -> str:
        fields = {name: self._given[name] for name in names if name in self._given}
        query = urlencode({**fields, **(more or {})}, safe=",")
        return f"{self.root}{path}?{query}" if query else f"{self.root}{path}"

    @cached_property
    def _given(self) -> dict[str, str]:
        return query_of(self.state)
