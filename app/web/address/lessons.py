"""Addresses of the lessons, and of the rooms in which a class votes."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from app.lab.lab import DEFAULT_SAMPLE
from app.lab.stage.lessons.views import LessonLinkView
from app.web.address.base import FeatureAddresses
from app.web.address.params import IMAGE

PRESENT = "present"


class LessonAddresses(FeatureAddresses):
    """Addresses of the lessons on the reader's own picture and settings."""

    @property
    def all(self) -> str:
        """Return the address of the list."""
        return self.at.at("/lessons", self._picture)

    def page(
        self,
        name: str,
        *,
        guess: str | None = None,
        room: str | None = None,
        key: str | None = None,
        outcome: str | None = None,
        present: bool = False,
        plan: str | None = None,
        part: int | None = None,
    ) -> str:
        """Return the address of a lesson, with an answer, in a room, as a part of a plan, or for a projector."""
        fields = {"guess": guess, "room": room, "key": key, "outcome": outcome}
        fields |= {**_of_plan(plan, part), PRESENT: "on" if present else None}
        return self._at(f"/lessons/{name}", fields)

    def of_plan(self, name: str) -> str:
        """Return the address of the lessons of a plan."""
        return self._at("/lessons", {"plan": name})

    def step(self, link: LessonLinkView, plan: str | None, *, present: bool = False) -> str:
        """Return the address of a lesson in a list; in a plan, on its picture and with its settings."""
        if plan is None:
            return self.page(link.name, present=present)
        fields = {**self.given, **dict(link.settings), "plan": plan, "part": str(link.part)}
        if link.image:
            fields[IMAGE] = link.image
        if present:
            fields[PRESENT] = "on"
        return f"{self.at.base}/lessons/{link.name}?{urlencode(fields, safe=',')}"

    def qr(
        self,
        name: str,
        *,
        room: str | None = None,
        plan: str | None = None,
        part: int | None = None,
    ) -> str:
        """Return the address of the QR code of a question."""
        return self._at(f"/lessons/{name}/qr.svg", {"room": room, **_of_plan(plan, part)})

    def rooms(self, name: str, *, plan: str | None = None, part: int | None = None) -> str:
        """Return the address that opens a room."""
        return self._at(f"/lessons/{name}/rooms", _of_plan(plan, part))

    def room(
        self,
        name: str,
        code: str,
        *,
        key: str | None = None,
        outcome: str | None = None,
        plan: str | None = None,
        part: int | None = None,
    ) -> str:
        """Return the address of how a vote stands."""
        fields = {"key": key, "outcome": outcome, **_of_plan(plan, part)}
        return self._at(f"/lessons/{name}/rooms/{code}", fields)

    def room_form(
        self,
        name: str,
        code: str,
        what: str,
        *,
        plan: str | None = None,
        part: int | None = None,
    ) -> str:
        """Return the address of a form of a room: `ballots`, `close` or `reveal`."""
        return self._at(f"/lessons/{name}/rooms/{code}/{what}", _of_plan(plan, part))

    def deciding(self, see: str) -> str:
        """Return the address of a view in the lab, given what follows the picture: its path and its fields."""
        path, _, fields = see.partition("?")
        return self.at.at(f"{self.at.image}{path}", dict(parse_qsl(fields)))

    @property
    def given(self) -> dict[str, str]:
        """Return what a form that answers a question keeps: the picture and the settings."""
        return {**self._picture, **self.at.all_given}

    def _at(self, path: str, more: Mapping[str, str | None] | None = None) -> str:
        return self.at.at(path, {**self._picture, **(more or {})})

    @property
    def _picture(self) -> dict[str, str]:
        image_id = self.at.state.image_id
        return {} if image_id == DEFAULT_SAMPLE else {IMAGE: image_id}


def _of_plan(plan: str | None, part: int | None) -> dict[str, str | None]:
    return {"plan": plan, "part": None if part is None else str(part)}
