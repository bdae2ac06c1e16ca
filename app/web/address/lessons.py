"""Addresses of the lessons."""

from urllib.parse import parse_qsl

from app.lab.lab import DEFAULT_SAMPLE
from app.web.address.base import FeatureAddresses

IMAGE = "image"


class LessonAddresses(FeatureAddresses):
    """Addresses of the lessons on the reader's own picture and settings."""

    @property
    def all(self) -> str:
        """Return the address of the list."""
        return self.at.at("/lessons", self._picture)

    def page(self, name: str, *, guess: str | None = None) -> str:
        """Return the address of a lesson, with an answer if one is given."""
        return self.at.at(f"/lessons/{name}", {**self._picture, "guess": guess})

    def deciding(self, see: str) -> str:
        """Return the address of a view in the lab, given what follows the picture: its path and its fields."""
        path, _, fields = see.partition("?")
        return self.at.at(f"{self.at.image}{path}", dict(parse_qsl(fields)))

    @property
    def given(self) -> dict[str, str]:
        """Return what a form that answers a question keeps: the picture and the settings."""
        return {**self._picture, **self.at.all_given}

    @property
    def _picture(self) -> dict[str, str]:
        image_id = self.at.state.image_id
        return {} if image_id == DEFAULT_SAMPLE else {IMAGE: image_id}
