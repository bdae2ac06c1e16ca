"""Addresses of the one layer that two linear layers equal."""

from app.web.address.base import FeatureAddresses
from app.web.address.query import BOTH_LAYERS


class OneLayerAddresses(FeatureAddresses):
    """Addresses of the one layer that two linear layers equal."""

    @property
    def page(self) -> str:
        return self.at.at(f"{self.at.image}/one_layer")

    @property
    def png(self) -> str:
        return self.at.immutable(f"{self.at.image}/one_layer.png", BOTH_LAYERS)
