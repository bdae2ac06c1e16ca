"""Addresses of pictures: upload, deletion, and the square that a stack reads."""

from urllib.parse import quote

from app.web.address.base import FeatureAddresses
from app.web.address.query import PICTURE
from app.web.address.version import BUILD, VERSION


class PictureAddresses(FeatureAddresses):
    """Addresses of pictures: upload, deletion, and the square that a stack reads."""

    @property
    def upload(self) -> str:
        return self.at.at("/images")

    @property
    def deletion_form(self) -> str:
        """Return the address to which a form submits the token."""
        return self._kept(f"{self.at.image}/delete")

    def deletion(self, token: str) -> str:
        """Return the address for a DELETE request."""
        return self.at.data(self.at.image, (), {"token": token})

    @property
    def deleted(self) -> str:
        return self._kept("/deleted")

    @property
    def square(self) -> str:
        return self.at.immutable(f"{self.at.image}/picture.png", PICTURE)

    def channel(self, channel: int) -> str:
        return self.at.immutable(f"{self.at.image}/channels/{channel}.png", PICTURE)

    def reduced(self, address: str, side: int) -> str:
        """Return the address of the same square or channel, at most `side` pixels a side."""
        return f"{address}&tile={side}"

    def lab_on(self, image_id: str) -> str:
        """Return the address of the lab with the same settings on another picture."""
        return self.at.at(f"/images/{quote(image_id)}")

    def _kept(self, path: str) -> str:
        # Only an embedded view has something to hold after a deletion: its settings and its lock.
        return self.at.plain(path) if self.at.frame is None else self.at.at(path)

    def samples(self, digest: str) -> str:
        """Return the address of the strip of samples; `digest` changes with those of the operator."""
        return f"{self.at.root}/samples.jpg?of={digest}&{VERSION}={BUILD}"
