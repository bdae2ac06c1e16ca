"""Addresses of what explains one map: its fold, its pixels, its strongest places."""

from dataclasses import dataclass

from app.web.address.base import Addresses
from app.web.address.params import PARSERS
from app.web.address.query import BOTH_LAYERS, that_change_values


@dataclass(frozen=True)
class OfExplanations(Addresses):
    """Addresses of what explains one map: its fold, its pixels, its strongest places."""

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
        names = that_change_values(layer)
        path = f"{self._layer(layer)}/{channel}/pixel/filter.png"
        return self._lasting(path, names, _place(row, col))

    def projections(self, layer: int, channel: int, *, samples: bool = False) -> str:
        more = {"samples": "1"} if samples else {}
        return self._view(f"{self._layer(layer)}/{channel}/projections", more)

    def projections_png(self, layer: int, channel: int, *, samples: bool = False) -> str:
        names = that_change_values(layer)
        more = {"samples": "1"} if samples else {}
        return self._lasting(f"{self._layer(layer)}/{channel}/projections.png", names, more)


def _place(row: int, col: int) -> dict[str, str]:
    return {"row": str(row), "col": str(col)}
