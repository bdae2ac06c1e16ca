"""Addresses of maps, grids and walls."""

from dataclasses import dataclass

from app.lab.pieces.tiles import TILE
from app.web.address.base import Addresses
from app.web.address.query import BOTH_LAYERS, that_change_values


@dataclass(frozen=True)
class OfMaps(Addresses):
    """Addresses of maps, grids and walls."""

    def maps(self, layer: int) -> str:
        return self._view(self._layer(layer))

    def map(self, layer: int, channel: int, *, kernel: int | None = None) -> str:
        given = {} if kernel is None else {"kernel": str(kernel)}
        return self._view(f"{self._layer(layer)}/{channel}", given)

    def kernels(self, layer: int, channel: int, count: int) -> tuple[str, ...]:
        """Return the addresses of a map with each of its kernels open, made together, since there are many."""
        first = self.map(layer, channel, kernel=0)
        before, after = first.split("kernel=0", 1)
        return tuple(f"{before}kernel={number}{after}" for number in range(count))

    def sheet(self, layer: int, tile: int = TILE) -> str:
        more = {} if tile == TILE else {"tile": str(tile)}
        return self._lasting(f"{self._layer(layer)}.png", self._that_change(layer), more)

    def map_png(self, layer: int, channel: int) -> str:
        return self._lasting(f"{self._layer(layer)}/{channel}.png", self._that_change(layer))

    def filter_png(self, layer: int, channel: int) -> str:
        names = that_change_values(layer)
        return self._lasting(f"{self._layer(layer)}/{channel}/filter.png", names)

    def values(self, layer: int, channel: int) -> str:
        return self._lasting(f"{self._layer(layer)}/{channel}/values", (*BOTH_LAYERS, "show"))

    def values_of_any(self, layer: int) -> str:
        """Return the address of the values of a map, with {channel} for its number."""
        names = (*BOTH_LAYERS, "show")
        return self._lasting(f"{self._layer(layer)}/{{channel}}/values", names)

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

    def intermediate(self, layer: int) -> str:
        return self._view(f"{self._image}/layers/{layer}/intermediate")

    def intermediate_png(self, layer: int) -> str:
        names = (*(that_change_values(layer)), "contrast")
        return self._lasting(f"{self._image}/layers/{layer}/intermediate.png", names)

    def costs(self, layer: int) -> str:
        return self._view(f"{self._image}/layers/{layer}/costs")
