"""Addresses of grids of maps, of one map, and of their pictures."""

from app.lab.pieces.tiles import TILE
from app.web.address.base import FeatureAddresses
from app.web.address.query import BOTH_LAYERS, settings_of_values


class MapAddresses(FeatureAddresses):
    """Addresses of grids of maps, of one map, and of their pictures."""

    def grid(self, layer: int) -> str:
        return self.at.at(f"{self.at.layer(layer)}/maps")

    def one(self, layer: int, channel: int, *, kernel: int | None = None) -> str:
        return self.at.at(self.at.map(layer, channel), {"kernel": kernel})

    def kernels(self, layer: int, channel: int, count: int) -> tuple[str, ...]:
        """Return the addresses of a map with each kernel open."""
        return self.at.numbered(self.at.map(layer, channel), "kernel", range(count))

    def sheet(self, layer: int, tile: int = TILE, *, half: bool = False) -> str:
        path = f"{self.at.layer(layer)}/maps.png"
        more = {"tile": None if tile == TILE else tile, "shrink": 2 if half else None}
        return self.at.immutable(path, self.at.settings_of_picture(layer), more)

    def png(self, layer: int, channel: int) -> str:
        return self.at.immutable(
            f"{self.at.map(layer, channel)}.png", self.at.settings_of_picture(layer)
        )

    def filter_png(self, layer: int, channel: int) -> str:
        path = f"{self.at.map(layer, channel)}/filter.png"
        return self.at.immutable(path, settings_of_values(layer))

    def filters_png(self, layer: int) -> str:
        path = f"{self.at.layer(layer)}/maps/filters.png"
        return self.at.immutable(path, settings_of_values(layer))

    def values(self, layer: int, channel: int) -> str:
        path = f"{self.at.map(layer, channel)}/values"
        return self.at.immutable(path, (*BOTH_LAYERS, "show"))

    def values_of_any(self, layer: int) -> str:
        """Return the address of the values of a map, with the placeholder {channel}."""
        path = f"{self.at.layer(layer)}/maps/{{channel}}/values"
        return self.at.immutable(path, (*BOTH_LAYERS, "show"))
