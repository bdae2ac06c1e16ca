"""Addresses of imported weights: where a file is chosen, sent, looked into and deleted."""

from app.lab.lab import DEFAULT_SAMPLE
from app.web.address.base import FeatureAddresses

IMAGE = "image"  # the field that holds the picture, which stands in the path elsewhere


class WeightAddresses(FeatureAddresses):
    """Addresses of imported weights: where a file is chosen, sent, looked into and deleted."""

    @property
    def page(self) -> str:
        """Return the address at which a file is chosen, and to which it is sent; picture and settings are kept."""
        return self.at.at("/weights", self._picture_field)

    @property
    def contents(self) -> str:
        return self.at.at("/weights/contents", self._picture_field)

    def deletion_form(self, name: str) -> str:
        """Return the address that a form sends the token to."""
        return f"{self.at.base}/weights/{name}/delete"

    def deletion(self, name: str, token: str) -> str:
        """Return the address that DELETE takes."""
        return self.at.data(f"/weights/{name}", (), {"token": token})

    @property
    def deleted(self) -> str:
        return f"{self.at.base}/deleted?of=weights"

    @property
    def _picture_field(self) -> dict[str, object]:
        image_id = self.at.state.image_id
        return {} if image_id == DEFAULT_SAMPLE else {IMAGE: image_id}
