"""Addresses of imported weights: where a file is chosen, sent, looked into and deleted."""

from dataclasses import dataclass

from app.lab.lab import DEFAULT_SAMPLE
from app.web.address.base import Addresses

IMAGE = "image"  # the field that holds the picture, which stands in the path elsewhere


@dataclass(frozen=True)
class OfWeights(Addresses):
    """Addresses of imported weights: where a file is chosen, sent, looked into and deleted."""

    @property
    def weights(self) -> str:
        """Return the address at which a file is chosen, and to which it is sent; picture and settings are kept."""
        return self._view("/weights", self._its_image)

    @property
    def weights_contents(self) -> str:
        return self._view("/weights/contents", self._its_image)

    def weights_deletion(self, name: str) -> str:
        """Return the address that a form sends the token to."""
        return f"{self._base}/weights/{name}/delete"

    def weights_deletion_by(self, name: str, token: str) -> str:
        """Return the address that DELETE takes."""
        return self._with_query(f"/weights/{name}", (), {"token": token})

    @property
    def weights_deleted(self) -> str:
        return f"{self._base}/deleted?of=weights"

    @property
    def _its_image(self) -> dict[str, str]:
        image_id = self.state.image_id
        return {} if image_id == DEFAULT_SAMPLE else {IMAGE: image_id}
