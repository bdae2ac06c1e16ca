"""Addresses of the strongest activations of one map."""

from app.web.address.base import FeatureAddresses
from app.web.address.query import settings_of_values


class ProjectionAddresses(FeatureAddresses):
    """Addresses of the strongest activations of one map, in one picture or in all samples."""

    def page(self, layer: int, channel: int, *, samples: bool = False) -> str:
        path = f"{self.at.map(layer, channel)}/projections"
        return self.at.at(path, {"samples": 1 if samples else None})

    def png(self, layer: int, channel: int, *, samples: bool = False) -> str:
        path = f"{self.at.map(layer, channel)}/projections.png"
        more = {"samples": 1 if samples else None}
        return self.at.immutable(path, settings_of_values(layer), more)
