"""Builds every address. Settings that have their default are left out, in one fixed order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import quote, urlencode

from app.lab import muting
from app.lab.state import Order, State, build, flatten, text_of
from app.lab.tiles import TILE
from app.web.params import PARSERS

PICTURE = ("size", "fit", "channels")
SHOWN = ("show", "scale", "contrast")
LAYER_1 = (*PICTURE, "normalise", "seed", *(name for name in PARSERS if name.endswith("1")))
BOTH_LAYERS = (*LAYER_1, *(name for name in PARSERS if name.endswith("2")), "mute", "solo")


@dataclass(frozen=True)
class Urls:
    """The addresses of one state, below `root` (the operator's sub-path, or nothing)."""

    root: str
    state: State

    @property
    def home(self) -> str:
        return f"{self.root}/"

    @property
    def about(self) -> str:
        return f"{self.root}/about"

    @property
    def upload(self) -> str:
        return self._with_query("/images", PARSERS)

    @property
    def lab(self) -> str:
        return self._with_query(self._image, PARSERS)

    @property
    def trace(self) -> str:
        return self._with_query(f"{self._image}/trace.npz", BOTH_LAYERS)

    @property
    def picture(self) -> str:
        return self._with_query(f"{self._image}/picture.png", PICTURE)

    def static(self, path: str) -> str:
        return f"{self.root}/static/{path}"

    def channel(self, channel: int) -> str:
        return self._with_query(f"{self._image}/channels/{channel}.png", PICTURE)

    def sample(self, image_id: str) -> str:
        return self._with_query(f"/images/{quote(image_id)}", PARSERS)

    def thumbnail(self, image_id: str) -> str:
        return f"{self.root}/images/{quote(image_id)}/picture.png?size=96"

    def maps(self, layer: int) -> str:
        return self._with_query(self._layer(layer), PARSERS)

    def map(self, layer: int, channel: int) -> str:
        return self._with_query(f"{self._layer(layer)}/{channel}", PARSERS)

    def sheet(self, layer: int, tile: int = TILE) -> str:
        more = {} if tile == TILE else {"tile": str(tile)}
        return self._with_query(f"{self._layer(layer)}.png", self._that_change(layer), more)

    def map_png(self, layer: int, channel: int) -> str:
        return self._with_query(f"{self._layer(layer)}/{channel}.png", self._that_change(layer))

    def filter_png(self, layer: int, channel: int) -> str:
        names = LAYER_1 if layer == 1 else BOTH_LAYERS
        return self._with_query(f"{self._layer(layer)}/{channel}/filter.png", names)

    def fold(
        self, layer: int, channel: int, *, step: int | None = None, opened: int | None = None
    ) -> str:
        more = {"sum": step, "input": opened}
        given = {name: str(value) for name, value in more.items() if value is not None}
        return self._with_query(f"{self._layer(layer)}/{channel}/contributions", PARSERS, given)

    def contributions(self, layer: int, channel: int) -> str:
        names = self._that_change(layer)
        return self._with_query(f"{self._layer(layer)}/{channel}/contributions.png", names)

    def sums(self, layer: int, channel: int) -> str:
        names = (*self._that_change(layer), "order")
        return self._with_query(f"{self._layer(layer)}/{channel}/sums.png", names)

    def wrong(self, layer: int, channel: int, kind: str) -> str:
        names = self._that_change(layer)
        return self._with_query(f"{self._layer(layer)}/{channel}/wrong/{kind}.png", names)

    def values(self, layer: int, channel: int) -> str:
        return self._with_query(f"{self._layer(layer)}/{channel}/values", (*BOTH_LAYERS, "show"))

    def values_of_any(self, layer: int) -> str:
        """Return the address of the values of a map, with {channel} for its number."""
        names = (*BOTH_LAYERS, "show")
        return self._with_query(f"{self._layer(layer)}/{{channel}}/values", names)

    def contribution_values_of_any(self, layer: int, channel: int) -> str:
        """Return the address of the values of a contribution, with {channel} for its number."""
        path = f"{self._layer(layer)}/{channel}/contributions/{{channel}}/values"
        return self._with_query(path, BOTH_LAYERS)

    def pixel(
        self, layer: int, channel: int, row: int, col: int, *, step: int | None = None
    ) -> str:
        more = _place(row, col) | ({} if step is None else {"sum": str(step)})
        return self._with_query(f"{self._layer(layer)}/{channel}/pixel", PARSERS, more)

    def any_pixel(self, layer: int, channel: int) -> str:
        """Return the address that a form sends a row and a column to."""
        return f"{self.root}{self._layer(layer)}/{channel}/pixel"

    def pixel_csv(self, layer: int, channel: int, row: int, col: int) -> str:
        path = f"{self._layer(layer)}/{channel}/pixel.csv"
        return self._with_query(path, PARSERS, _place(row, col))

    def pixel_filter(self, layer: int, channel: int, row: int, col: int) -> str:
        names = LAYER_1 if layer == 1 else BOTH_LAYERS
        path = f"{self._layer(layer)}/{channel}/pixel/filter.png"
        return self._with_query(path, names, _place(row, col))

    def wall(
        self,
        layer: int,
        *,
        column: int | None = None,
        row: int | None = None,
        folded: bool = False,
    ) -> str:
        more = {"column": column, "row": row, "folded": 1 if folded else None}
        given = {name: str(value) for name, value in more.items() if value is not None}
        return self._with_query(f"{self._image}/layers/{layer}/wall", PARSERS, given)

    def wall_png(self, layer: int) -> str:
        names = self._that_change(layer)
        return self._with_query(f"{self._image}/layers/{layer}/wall.png", names)

    def muting(self, channel: int) -> "Urls":
        """Return the addresses of the state in which layer 2 does not hear one map more."""
        return Urls(self.root, muting.muting(self.state, channel))

    def hearing(self, channel: int) -> "Urls":
        """Return the addresses of the state in which layer 2 hears one map more."""
        return Urls(self.root, muting.hearing(self.state, channel))

    def hearing_only(self, channel: int) -> "Urls":
        """Return the addresses of the state in which layer 2 hears one map alone."""
        return Urls(self.root, muting.hearing_only(self.state, channel))

    @property
    def hearing_all(self) -> "Urls":
        """Return the addresses of the state in which layer 2 hears every map."""
        return Urls(self.root, muting.hearing_all(self.state))

    def ordered(self, order: Order) -> "Urls":
        """Return the addresses of the same state with its channels in another order."""
        display = replace(self.state.display, order=order)
        return Urls(self.root, replace(self.state, display=display))

    def given(self, name: str) -> str:
        """Return a setting as the address writes it, empty where it has its default."""
        return self._given.get(name, "")

    def json(self, address: str) -> str:
        path, mark, query = address.partition("?")
        return f"{path}.json{mark}{query}"

    @property
    def _image(self) -> str:
        return f"/images/{quote(self.state.image_id)}"

    def _layer(self, layer: int) -> str:
        return f"{self._image}/layers/{layer}/maps"

    def _that_change(self, layer: int) -> tuple[str, ...]:
        # A picture's address names only what it depends on, so that the others stay in the browser's cache.
        alone = layer == 1 and self.state.display.scale != "stack"
        return (*(LAYER_1 if alone else BOTH_LAYERS), *SHOWN)

    def _with_query(
        self, path: str, names: Iterable[str], more: Mapping[str, str] | None = None
    ) -> str:
        fields = {name: self._given[name] for name in names if name in self._given}
        query = urlencode({**fields, **(more or {})}, safe=",")
        return f"{self.root}{path}?{query}" if query else f"{self.root}{path}"

    @property
    def all_given(self) -> dict[str, str]:
        """Return every setting that differs from its default."""
        return dict(self._given)

    @cached_property
    def _given(self) -> dict[str, str]:
        return query_of(self.state)


def _place(row: int, col: int) -> dict[str, str]:
    return {"row": str(row), "col": str(col)}


def query_of(state: State) -> dict[str, str]:
    """Return the settings that differ from their default, as the address writes them."""
    values, defaults = flatten(state), flatten(build(state.image_id, {}))
    return {name: text_of(values[name]) for name in PARSERS if values[name] != defaults[name]}
