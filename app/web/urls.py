"""Builds every address. Settings that have their default are left out, in one fixed order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from app.engine.nets import written
from app.lab import ladders, muting
from app.lab.lab import DEFAULT_SAMPLE
from app.lab.state import Order, State, build, flatten, text_of
from app.lab.tiles import TILE
from app.web.build import BUILD, VERSION
from app.web.frame import FIELDS, PREFIX, Frame
from app.web.params import PARSERS, state_from_query

PICTURE = ("size", "fit", "channels")
SHOWN = ("show", "scale", "contrast")
LAYER_1 = (*PICTURE, "normalise", "seed", "flip", *(name for name in PARSERS if name.endswith("1")))
BOTH_LAYERS = (*LAYER_1, *(name for name in PARSERS if name.endswith("2")), "mute", "solo")


@dataclass(frozen=True)
class Urls:
    """The addresses of one state, below `root` (the operator's sub-path, or nothing).

    Those of views stay embedded with `frame`; those of pictures and data do not depend on it.
    """

    root: str
    state: State
    origin: str = ""
    frame: Frame | None = None

    @property
    def home(self) -> str:
        return f"{self.root}/" if self.frame is None else self.sample(DEFAULT_SAMPLE)

    @property
    def about(self) -> str:
        return f"{self.root}/about"

    def ladder(
        self, layers: str = "", *, size: int = ladders.SIZE, channels: int = ladders.CHANNELS
    ) -> str:
        """Return the address of a deep net by the list of its layers, of VGG-16 where it is left out."""
        known = written(ladders.named(ladders.DEFAULT_NET))
        given = {"layers": layers} if layers not in ("", known) else {}
        given |= {"size": str(size)} if size != ladders.SIZE else {}
        given |= {"channels": str(channels)} if channels != ladders.CHANNELS else {}
        fields = {"axes": self._given["axes"]} if "axes" in self._given else {}
        query = urlencode({**fields, **given, **self.frame_given}, safe=",")
        return f"{self._base}/ladder?{query}" if query else f"{self._base}/ladder"

    @property
    def stack_ladder(self) -> str | None:
        """Return the address of the two layers as a deep net; None where a list has no words for them."""
        stack = self.state.stack
        layers = ladders.of_stack(stack)
        if layers is None:
            return None
        return self.ladder(written(layers), size=stack.size, channels=stack.channels)

    @property
    def upload(self) -> str:
        return self._view("/images")

    @property
    def lab(self) -> str:
        return self._view(self._image)

    def lab_with(self, token: str) -> str:
        """Return the address of the lab from which the uploader can delete the picture."""
        return self._view(self._image, {"token": token})

    @property
    def deletion(self) -> str:
        """Return the address that a form sends the token to."""
        return f"{self._base}{self._image}/delete"

    def deletion_by(self, token: str) -> str:
        """Return the address that DELETE takes."""
        return self._with_query(self._image, (), {"token": token})

    @property
    def deleted(self) -> str:
        return f"{self._base}/deleted"

    @property
    def trace(self) -> str:
        return self._with_query(f"{self._image}/trace.npz", BOTH_LAYERS)

    @property
    def picture(self) -> str:
        return self._lasting(f"{self._image}/picture.png", PICTURE)

    def static(self, path: str) -> str:
        return f"{self.root}/static/{BUILD}/{path}"

    def channel(self, channel: int) -> str:
        return self._lasting(f"{self._image}/channels/{channel}.png", PICTURE)

    def sample(self, image_id: str) -> str:
        return self._view(f"/images/{quote(image_id)}")

    def thumbnail(self, image_id: str) -> str:
        return f"{self.root}/images/{quote(image_id)}/picture.png?size=96&{VERSION}={BUILD}"

    def maps(self, layer: int) -> str:
        return self._view(self._layer(layer))

    def map(self, layer: int, channel: int) -> str:
        return self._view(f"{self._layer(layer)}/{channel}")

    def sheet(self, layer: int, tile: int = TILE) -> str:
        more = {} if tile == TILE else {"tile": str(tile)}
        return self._lasting(f"{self._layer(layer)}.png", self._that_change(layer), more)

    def map_png(self, layer: int, channel: int) -> str:
        return self._lasting(f"{self._layer(layer)}/{channel}.png", self._that_change(layer))

    def filter_png(self, layer: int, channel: int) -> str:
        names = LAYER_1 if layer == 1 else BOTH_LAYERS
        return self._lasting(f"{self._layer(layer)}/{channel}/filter.png", names)

    def fold(
        self, layer: int, channel: int, *, step: int | None = None, opened: int | None = None
    ) -> str:
        more = {"sum": step, "input": opened}
        given = {name: str(value) for name, value in more.items() if value is not None}
        return self._view(f"{self._layer(layer)}/{channel}/contributions", given)

    def contributions(self, layer: int, channel: int) -> str:
        names = self._that_change(layer)
        return self._lasting(f"{self._layer(layer)}/{channel}/contributions.png", names)

    def sums(self, layer: int, channel: int) -> str:
        names = (*self._that_change(layer), "order")
        return self._lasting(f"{self._layer(layer)}/{channel}/sums.png", names)

    def wrong(self, layer: int, channel: int, kind: str) -> str:
        names = self._that_change(layer)
        return self._lasting(f"{self._layer(layer)}/{channel}/wrong/{kind}.png", names)

    def values(self, layer: int, channel: int) -> str:
        return self._lasting(f"{self._layer(layer)}/{channel}/values", (*BOTH_LAYERS, "show"))

    def values_of_any(self, layer: int) -> str:
        """Return the address of the values of a map, with {channel} for its number."""
        names = (*BOTH_LAYERS, "show")
        return self._lasting(f"{self._layer(layer)}/{{channel}}/values", names)

    def contribution_values_of_any(self, layer: int, channel: int) -> str:
        """Return the address of the values of a contribution, with {channel} for its number."""
        path = f"{self._layer(layer)}/{channel}/contributions/{{channel}}/values"
        return self._lasting(path, BOTH_LAYERS)

    def pixel(
        self,
        layer: int,
        channel: int,
        row: int,
        col: int,
        *,
        step: int | None = None,
        value: int | None = None,
    ) -> str:
        given = {"sum": step, "value": value}
        more = {name: str(one) for name, one in given.items() if one is not None}
        more = _place(row, col) | more
        return self._view(f"{self._layer(layer)}/{channel}/pixel", more)

    def any_pixel(self, layer: int, channel: int) -> str:
        """Return the address that a form sends a row and a column to."""
        return f"{self._base}{self._layer(layer)}/{channel}/pixel"

    def pixel_csv(
        self, layer: int, channel: int, row: int, col: int, *, value: int | None = None
    ) -> str:
        path = f"{self._layer(layer)}/{channel}/pixel.csv"
        more = _place(row, col) | ({} if value is None else {"value": str(value)})
        return self._with_query(path, PARSERS, more)

    def pixel_filter(self, layer: int, channel: int, row: int, col: int) -> str:
        names = LAYER_1 if layer == 1 else BOTH_LAYERS
        path = f"{self._layer(layer)}/{channel}/pixel/filter.png"
        return self._lasting(path, names, _place(row, col))

    @property
    def one_layer(self) -> str:
        return self._view(f"{self._image}/one_layer")

    @property
    def one_layer_png(self) -> str:
        return self._lasting(f"{self._image}/one_layer.png", BOTH_LAYERS)

    @property
    def linear(self) -> "Urls":
        """Return the addresses of the same state with no activation in either layer."""
        first, second = (replace(one, activation="linear") for one in self.state.stack.layers)
        stack = replace(self.state.stack, layers=(first, second))
        return self._in(replace(self.state, stack=stack))

    def projections(self, layer: int, channel: int, *, samples: bool = False) -> str:
        more = {"samples": "1"} if samples else {}
        return self._view(f"{self._layer(layer)}/{channel}/projections", more)

    def projections_png(self, layer: int, channel: int, *, samples: bool = False) -> str:
        names = LAYER_1 if layer == 1 else BOTH_LAYERS
        more = {"samples": "1"} if samples else {}
        return self._lasting(f"{self._layer(layer)}/{channel}/projections.png", names, more)

    def pictured(self, image_id: str) -> "Urls":
        """Return the addresses of the same state on another picture."""
        return replace(self, state=replace(self.state, image_id=image_id))

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
        return self._view(f"{self._image}/layers/{layer}/wall", given)

    def wall_png(self, layer: int) -> str:
        names = self._that_change(layer)
        return self._lasting(f"{self._image}/layers/{layer}/wall.png", names)

    def costs(self, layer: int) -> str:
        return self._view(f"{self._image}/layers/{layer}/costs")

    def intermediate(self, layer: int) -> str:
        return self._view(f"{self._image}/layers/{layer}/intermediate")

    def intermediate_png(self, layer: int) -> str:
        names = (*(LAYER_1 if layer == 1 else BOTH_LAYERS), "contrast")
        return self._lasting(f"{self._image}/layers/{layer}/intermediate.png", names)

    def changing(self, settings: Iterable[tuple[str, str]]) -> "Urls":
        """Return the addresses of the state with some settings changed, as the address writes them."""
        return self._in(_changed(self.state, tuple(settings)))

    def muting(self, channel: int) -> "Urls":
        """Return the addresses of the state in which layer 2 does not hear one map more."""
        return self._in(muting.muting(self.state, channel))

    def hearing(self, channel: int) -> "Urls":
        """Return the addresses of the state in which layer 2 hears one map more."""
        return self._in(muting.hearing(self.state, channel))

    def hearing_only(self, channel: int) -> "Urls":
        """Return the addresses of the state in which layer 2 hears one map alone."""
        return self._in(muting.hearing_only(self.state, channel))

    @property
    def hearing_all(self) -> "Urls":
        """Return the addresses of the state in which layer 2 hears every map."""
        return self._in(muting.hearing_all(self.state))

    def ordered(self, order: Order) -> "Urls":
        """Return the addresses of the same state with its channels in another order."""
        display = replace(self.state.display, order=order)
        return self._in(replace(self.state, display=display))

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

    def _in(self, state: State) -> "Urls":
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

    @property
    def all_given(self) -> dict[str, str]:
        """Return every setting that differs from its default, for a form that leads to a view."""
        return {**self._given, **self.frame_given}

    @cached_property
    def _given(self) -> dict[str, str]:
        return query_of(self.state)


def _place(row: int, col: int) -> dict[str, str]:
    return {"row": str(row), "col": str(col)}


@lru_cache(maxsize=512)  # a page offers ten of them again and again
def _changed(state: State, settings: tuple[tuple[str, str], ...]) -> State:
    return state_from_query(state.image_id, query_of(state) | dict(settings))


def query_of(state: State) -> dict[str, str]:
    """Return the settings that differ from their default, as the address writes them."""
    values, defaults = flatten(state), _defaults()
    return {name: text_of(values[name]) for name in PARSERS if values[name] != defaults[name]}


@cache
def _defaults() -> dict[str, Any]:
    return flatten(build("", {}))
