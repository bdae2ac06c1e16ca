"""The parts of every address: the sub-path, the state, and the choices of an embedding page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, quote, urlencode

from app.lab.state.state import State, text_of
from app.lab.weights.adopted_settings import KEPT_SETTINGS
from app.web.address.params import LANG, PARSERS
from app.web.address.query import (
    BOTH_LAYERS,
    DECIDED_BY_OTHERS,
    DISPLAY,
    LAYER_1,
    in_effect,
    query_of,
)
from app.web.address.version import BUILD, VERSION
from app.web.embedding.frame import FIELDS, PICTURE, PREFIX, Frame

CHANGED_BY_IMPORT = ({*PARSERS} - {*KEPT_SETTINGS}) | {"normalise"}


@dataclass(frozen=True)
class Addresses:
    """The common parts of all addresses of one state. `root` is the operator's sub-path.

    `lang` is the language that addresses of pages state, empty for none; those of pictures and data state none.
    """

    root: str
    state: State
    origin: str = ""
    frame: Frame | None = None
    lang: str = ""

    def given(self, name: str) -> str:
        """Return a setting as it appears in the query, or an empty string if it is not there."""
        return self._stated.get(name, "")

    def json(self, address: str) -> str:
        """Return the address of the same view as data."""
        return self.with_suffix(address, ".json", left_out=(*FIELDS, LANG))

    def with_suffix(self, address: str, suffix: str, left_out: tuple[str, ...] = FIELDS) -> str:
        """Append a suffix to the path of a view, such as .json. The result is the same for embedded views."""
        path, _, query = address.partition("?")
        if self.frame is not None:
            path = f"{self.root}{path.removeprefix(self.base)}"
        fields = [(name, text) for name, text in parse_qsl(query) if name not in left_out]
        return f"{path}{suffix}?{urlencode(fields, safe=',')}" if fields else f"{path}{suffix}"

    def hides(self, part: str) -> bool:
        """Tell whether the page that embeds the view hides a part of it."""
        return self.frame is not None and part in self.frame.hide

    def locks(self, *settings: str) -> bool:
        """Tell whether the page that embeds the view keeps one of these settings fixed."""
        return self.frame is not None and not self.frame.locked.isdisjoint(settings)

    @property
    def is_locked(self) -> bool:
        """Tell whether the page that embeds the view keeps anything fixed."""
        return self.frame is not None and bool(self.frame.lock)

    @property
    def takes_pictures(self) -> bool:
        """Tell whether the view offers other pictures: an upload and the samples."""
        return not self.hides("upload") and not self.locks(PICTURE)

    @property
    def takes_weights(self) -> bool:
        """Tell whether the view offers to import weights, which change many settings."""
        return not self.hides("upload") and not self.locks(*CHANGED_BY_IMPORT)

    @property
    def kept(self) -> dict[str, str]:
        """Return what every page keeps: its language, and the choices of the page that embeds it."""
        language = {LANG: self.lang} if self.lang else {}
        return language if self.frame is None else {**language, **self.frame.query()}

    @property
    def all_given(self) -> dict[str, str]:
        """Return every setting that differs from its default, for a form that leads to a view."""
        return {**self._stated, **self.kept}

    @property
    def base(self) -> str:
        """Return the prefix of all addresses of views."""
        return self.root if self.frame is None else f"{self.root}{PREFIX}"

    @property
    def image(self) -> str:
        """Return the path of the picture."""
        return f"/images/{quote(self.state.image_id)}"

    def layer(self, layer: int) -> str:
        """Return the path of a layer."""
        return f"{self.image}/layers/{layer}"

    def map(self, layer: int, channel: int) -> str:
        """Return the path of a map."""
        return f"{self.layer(layer)}/maps/{channel}"

    def at(self, path: str, more: Mapping[str, object] | None = None) -> str:
        """Return the address of a view, given its path below the sub-path and further query fields.

        Fields that are None are omitted.
        """
        further = _texts(more)
        query = self._query(further) if further else self._plain_query
        return f"{self.base}{path}?{query}" if query else f"{self.base}{path}"

    def numbered(
        self, path: str, field: str, numbers: range, more: Mapping[str, object] | None = None
    ) -> tuple[str, ...]:
        """Return the addresses of a view with each number in a field; built together, since there are many."""
        first = self.at(path, {**_texts(more), field: 0})
        before, after = first.split(f"{field}=0", 1)
        return tuple(f"{before}{field}={number}{after}" for number in numbers)

    def plain(self, path: str) -> str:
        """Return the address of a page without settings."""
        return f"{self.root}{path}?{LANG}={self.lang}" if self.lang else f"{self.root}{path}"

    def page(self, path: str, more: Mapping[str, object] | None = None) -> str:
        """Return the address of a page that is never embedded, with the settings."""
        more = {**_texts(more), **({LANG: self.lang} if self.lang else {})}
        return self.data(path, PARSERS, more)

    def settings_of_picture(self, layer: int) -> tuple[str, ...]:
        """Return the settings that affect the picture of a layer; any others would cause cache misses."""
        alone = layer == 1 and self.state.display.scale != "stack"
        return (*(LAYER_1 if alone else BOTH_LAYERS), *DISPLAY)

    def immutable(
        self, path: str, names: Iterable[str], more: Mapping[str, object] | None = None
    ) -> str:
        """Return an address that contains the build, so that its answer never changes."""
        return self.data(path, names, {**_texts(more), VERSION: BUILD})

    def data(
        self, path: str, names: Iterable[str], more: Mapping[str, object] | None = None
    ) -> str:
        """Return the address of data, with only the named settings. It is the same for embedded views."""
        fields = {name: self._given[name] for name in names if name in self._given}
        query = urlencode({**fields, **_texts(more)}, safe=",")
        return f"{self.root}{path}?{query}" if query else f"{self.root}{path}"

    def _query(self, further: Mapping[str, str]) -> str:
        return urlencode({**self._stated, **further, **self.kept}, safe=",")

    @cached_property
    def _plain_query(self) -> str:
        return self._query({})  # most of the links on a page have no fields of their own

    @cached_property
    def _stated(self) -> dict[str, str]:
        # A change of another setting must not change a locked one, so its address says what it is.
        if self.frame is None or self.frame.locks_settings or not self.locks(*DECIDED_BY_OTHERS):
            return self._given
        now = in_effect(self.state)
        held = {name: text_of(now[name]) for name in DECIDED_BY_OTHERS if self.locks(name)}
        both = self._given | held
        return {name: both[name] for name in PARSERS if name in both}

    @cached_property
    def _given(self) -> dict[str, str]:
        return query_of(self.state)


@dataclass(frozen=True)
class FeatureAddresses:
    """The addresses of one feature."""

    at: Addresses


def _texts(fields: Mapping[str, object] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (fields or {}).items() if value is not None}
