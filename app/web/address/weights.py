"""Addresses of imported weights: to choose, upload, inspect and delete a file."""

from urllib.parse import urlencode

from app.lab.lab import DEFAULT_SAMPLE
from app.web.address.base import FeatureAddresses
from app.web.address.params import IMAGE


class WeightAddresses(FeatureAddresses):
    """Addresses of imported weights: to choose, upload, inspect and delete a file."""

    @property
    def page(self) -> str:
        """Return the address to choose a file and to upload it; the picture and the settings are kept."""
        return self.at.at("/weights", self._picture_field)

    @property
    def contents(self) -> str:
        return self.at.at("/weights/contents", self._picture_field)

    def deletion_form(self, name: str) -> str:
        """Return the address to which a form submits the token."""
        return self._framed(f"/weights/{name}/delete", {})

    def deletion(self, name: str, token: str) -> str:
        """Return the address for a DELETE request."""
        return self.at.data(f"/weights/{name}", (), {"token": token})

    @property
    def deleted(self) -> str:
        return self._framed("/deleted", {"of": "weights"})

    def _framed(self, path: str, more: dict[str, str]) -> str:
        query = urlencode({**more, **self.at.kept}, safe=",")
        return f"{self.at.base}{path}?{query}" if query else f"{self.at.base}{path}"

    @property
    def _picture_field(self) -> dict[str, object]:
        image_id = self.at.state.image_id
        return {} if image_id == DEFAULT_SAMPLE else {IMAGE: image_id}
