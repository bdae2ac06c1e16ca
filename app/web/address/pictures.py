"""Addresses of pictures, of the lab on one, and of what belongs to no view."""

from dataclasses import dataclass
from urllib.parse import quote

from app.lab.lab import DEFAULT_SAMPLE
from app.web.address.base import Addresses
from app.web.address.query import BOTH_LAYERS, PICTURE
from app.web.address.version import BUILD, VERSION


@dataclass(frozen=True)
class OfPictures(Addresses):
    """Addresses of pictures, of the lab on one, and of what belongs to no view."""

    @property
    def home(self) -> str:
        return f"{self.root}/" if self.frame is None else self.sample(DEFAULT_SAMPLE)

    @property
    def about(self) -> str:
        return f"{self.root}/about"

    @property
    def upload(self) -> str:
        return self._view("/images")

    @property
    def lab(self) -> str:
        return self._view(self._image)

    def lab_with(self, token: str) -> str:
        """Return the address of the lab from which the uploader can delete the picture."""
        return self._view(self._image, {"token": token})

    @property
    def deletion(self) -> str:
        """Return the address that a form sends the token to."""
        return f"{self._base}{self._image}/delete"

    def deletion_by(self, token: str) -> str:
        """Return the address that DELETE takes."""
        return self._with_query(self._image, (), {"token": token})

    @property
    def deleted(self) -> str:
        return f"{self._base}/deleted"

    @property
    def trace(self) -> str:
        return self._with_query(f"{self._image}/trace.npz", BOTH_LAYERS)

    @property
    def picture(self) -> str:
        return self._lasting(f"{self._image}/picture.png", PICTURE)

    def static(self, path: str) -> str:
        return f"{self.root}/static/{BUILD}/{path}"

    def channel(self, channel: int) -> str:
        return self._lasting(f"{self._image}/channels/{channel}.png", PICTURE)

    def sample(self, image_id: str) -> str:
        return self._view(f"/images/{quote(image_id)}")

    def thumbnail(self, image_id: str) -> str:
        return f"{self.root}/images/{quote(image_id)}/picture.png?size=96&{VERSION}={BUILD}"
