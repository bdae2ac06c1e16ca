"""Addresses of the training on one screen."""

from app.web.address.base import FeatureAddresses
from app.web.address.query import settings_of_values


class TrainingAddresses(FeatureAddresses):
    """Addresses of the training on one screen."""

    @property
    def page(self) -> str:
        return self.at.at(f"{self.at.image}/training")

    @property
    def filters(self) -> str:
        """Return the address of all filters of layer 1 as colour pictures."""
        return self.at.immutable(f"{self.at.layer(1)}/filters.png", settings_of_values(1))
