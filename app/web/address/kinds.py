"""Addresses of what the kinds of a layer cost, and of the maps between the steps of a factored one."""

from app.web.address.base import OfFeature
from app.web.address.query import that_change_values


class KindAddresses(OfFeature):
    """Addresses of what the kinds of a layer cost, and of the maps between the steps of a factored one."""

    def costs(self, layer: int) -> str:
        return self.at.at(f"{self.at.layer(layer)}/costs")

    def intermediate(self, layer: int) -> str:
        return self.at.at(f"{self.at.layer(layer)}/intermediate")

    def intermediate_png(self, layer: int) -> str:
        path = f"{self.at.layer(layer)}/intermediate.png"
        return self.at.lasting(path, (*that_change_values(layer), "contrast"))
