"""Addresses of the training on one screen."""

from app.web.address.base import OfFeature
from app.web.address.query import that_change_values


class TrainingAddresses(OfFeature):
    """Addresses of the training on one screen."""

    @property
    def page(self) -> str:
        return self.at.at(f"{self.at.image}/training")

    @property
    def filters(self) -> str:
        """Return the address of all filters of layer 1 as colour pictures."""
        return self.at.lasting(f"{self.at.layer(1)}/filters.png", that_change_values(1))
