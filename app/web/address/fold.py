"""Addresses of a fold, of its pictures, and of the fold as a slide."""

from app.web.address.base import FeatureAddresses
from app.web.address.query import BOTH_LAYERS, DISPLAY


class FoldAddresses(FeatureAddresses):
    """Addresses of a fold, of its pictures, and of the fold as a slide."""

    def page(
        self, layer: int, channel: int, *, step: int | None = None, opened: int | None = None
    ) -> str:
        return self.at.at(self._path(layer, channel), {"sum": step, "input": opened})

    def steps(self, layer: int, channel: int, count: int) -> tuple[str, ...]:
        """Return the addresses of the fold at each step up to `count` contributions."""
        return self.at.numbered(self._path(layer, channel), "sum", range(count + 1))

    def contributions(self, layer: int, channel: int, *, half: bool = False) -> str:
        path = f"{self._path(layer, channel)}.png"
        more = {"shrink": 2 if half else None}
        return self.at.immutable(path, self.at.settings_of_picture(layer), more)

    def sum(self, layer: int, channel: int, step: int | str = "{step}") -> str:
        """Return the address of one step of the running sum, or with the placeholder {step} of any."""
        return self._sums(layer, channel, f"{step}.png")

    def moving_sums(self, layer: int, channel: int) -> str:
        return self._sums(layer, channel, "moving")

    def wrong(self, layer: int, channel: int, kind: str) -> str:
        path = f"{self.at.map(layer, channel)}/wrong/{kind}.png"
        return self.at.immutable(path, self.at.settings_of_picture(layer))

    def values_of_any(self, layer: int, channel: int) -> str:
        """Return the address of the values of a contribution, with the placeholder {channel}."""
        path = f"{self._path(layer, channel)}/{{channel}}/values"
        return self.at.immutable(path, BOTH_LAYERS)

    def figure(self, layer: int, channel: int, form: str) -> str:
        path = f"{self._path(layer, channel)}/figure.{form}"
        return self.at.data(path, (*BOTH_LAYERS, *DISPLAY, "order"))

    def _sums(self, layer: int, channel: int, name: str) -> str:
        path = f"{self.at.map(layer, channel)}/sums/{name}"
        return self.at.immutable(path, (*self.at.settings_of_picture(layer), "order"))

    def _path(self, layer: int, channel: int) -> str:
        return f"{self.at.map(layer, channel)}/contributions"
