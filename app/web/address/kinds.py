"""Addresses of what the kinds of a layer cost, and of the maps between the steps of a factored one."""

from app.web.address.base import FeatureAddresses
from app.web.address.query import settings_of_values


class KindAddresses(FeatureAddresses):
    """Addresses of what the kinds of a layer cost, and of the maps between the steps of a factored one."""

    def costs(self, layer: int) -> str:
        return self.at.at(f"{self.at.layer(layer)}/costs")

    def intermediate(self, layer: int) -> str:
        return self.at.at(f"{self.at.layer(layer)}/intermediate")

    def intermediate_png(self, layer: int) -> str:
        path = f"{self.at.layer(layer)}/intermediate.png"
        return self.at.immutable(path, (*settings_of_values(layer), "contrast"))
