"""Follows what a locked view offers, and tells which locked thing it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from starlette.testclient import TestClient

from app.engine.errors import SpecError
from app.lab.lab import Lab
from app.lab.stage.lessons.build import lesson_state, lesson_view
from app.lab.state.state import LAYERS, State, flatten
from app.web.address.params import PARSERS, state_from_query
from app.web.address.query import query_of
from app.web.embedding.view_table import Place, place_at
from app.web.pages.deep_nets import ladder_of
from tests.web.embedding.harvest import Asked, Harvest

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
EDITING = {"kernel", "w", "was"}
OF_LESSONS = ("lessons", "lesson")


@dataclass(frozen=True)
class Crawl:
    """A crawl of one locked view. `locked` are the names that must not change."""

    client: TestClient
    lab: Lab
    locked: frozenset[str]
    picture: bytes
    most: int

    def escapes(self, root: str) -> Iterator[str]:
        """Yield what leads to another state, page after page, at most `most` pages."""
        seen: dict[object, int] = {}
        waiting = [root]
        looked_at = 0
        while waiting and looked_at < self.most:
            address = waiting.pop(0)
            looked_at += 1
            place = _place(address)
            shown = self._shown(place) if place else []
            for asked in self._asked_by(address):
                if asked.method == "post":
                    answer = self._posted(asked)
                    target = answer.headers.get("location") or answer.headers.get("hx-redirect")
                    if not target:
                        continue
                else:
                    target = asked.address
                if escape := self._escape(address, target, shown):
                    yield f"{address} -> {target}: {escape}"
                    continue
                kind = _kind(target)
                seen[kind] = seen.get(kind, 0) + 1
                if seen[kind] == 1 or asked.method == "post":
                    waiting.append(target)

    def _asked_by(self, address: str) -> set[Asked]:
        asked: set[Asked] = set()
        for headers in ({}, HTMX)[: self.most]:
            answer = self.client.get(address, headers=headers)
            if answer.status_code == 303:
                return {Asked(answer.headers["location"])}
            if "text/html" in answer.headers.get("content-type", ""):
                asked |= Harvest(answer.text).asked
        return asked

    def _posted(self, asked: Asked) -> Any:
        files = {"file": self.picture} if asked.is_file else None
        return self.client.post(asked.address, data=dict(asked.fields), files=files)

    def _escape(self, page: str, target: str, shown: list[dict[str, Any]]) -> str:
        """Say what a request changes that is locked; nothing where the server refuses it."""
        now, then = _place(page), _place(target)
        if now is None or then is None:
            return self._of_other_pages(target)
        if now.view.name not in OF_LESSONS and then.view.name in OF_LESSONS:
            return "a lesson has settings of its own"
        query = dict(parse_qsl(target.partition("?")[2]))
        layer = then.numbers.get("layer")
        if then.view.name == "map" and f"edit{layer}" in self.locked and EDITING & set(query):
            return "a kernel can be set"
        if then.view.name == "ladder":
            wrong = (
                self._differing(_of_ladder(page), _of_ladder(target))
                if now.view == then.view
                else set()
            )
        elif then.view.name in OF_LESSONS:
            wrong = self._differing(_values(now.state), _values(then.state))
        else:
            wrong = min((self._differing(one, _values(then.state)) for one in shown), key=len)
        if not wrong or 400 <= self.client.get(target).status_code < 500:
            return ""
        return ", ".join(sorted(wrong))

    def _differing(self, now: dict[str, Any], then: dict[str, Any]) -> set[str]:
        return {name for name in self.locked & now.keys() if now[name] != then.get(name)}

    def _shown(self, place: Place) -> list[dict[str, Any]]:
        """Return the states that a page shows: its own, and those that a lesson and its scenes bring."""
        if not place.name:
            return [_values(place.state)]
        lesson = self.lab.lessons.lesson(place.name)
        guess = str(place.extras.get("guess", "")) or None
        view = lesson_view(self.lab.passes, place.state, lesson, self.lab.lessons, guess=guess)
        state, _ = lesson_state(lesson, place.state)
        scenes = [query_of(state) | dict(scene.settings) for scene in view.scenes]
        return [_values(state), *(_values(state_from_query(state.image_id, one)) for one in scenes)]

    def _of_other_pages(self, target: str) -> str:
        path, _, query = target.partition("?")
        if path.startswith("/embed/weights") and not path.endswith("/delete"):
            return "" if 400 <= self.client.get(target).status_code < 500 else self._of_import()
        lock = dict(parse_qsl(query)).get("lock")
        return "" if lock or not path.startswith("/embed/") else "the lock is lost"

    def _of_import(self) -> str:
        # An import keeps none of these.
        return ", ".join(
            self.locked & {"weights1", "weights2", "filters1", "kernel2", "channels", "mute"}
        )


def _kind(address: str) -> object:
    path, _, query = address.partition("?")
    place = _place(address)
    fields = frozenset(dict(parse_qsl(query)).keys() - PARSERS.keys())
    return (place.view.name, place.numbers.get("layer"), place.name, fields) if place else path


@lru_cache(maxsize=4096)
def _place(address: str) -> Place | None:
    path, _, query = address.partition("?")
    try:
        return place_at(path.removeprefix("/embed"), dict(parse_qsl(query)))
    except SpecError:
        return None


@lru_cache(maxsize=4096)
def _values(state: State) -> dict[str, Any]:
    values = flatten(state) | {"picture": state.image_id}
    for number, layer in zip(LAYERS, state.stack.layers, strict=True):
        values |= {f"weights{number}": layer.weights, f"filters{number}": layer.filters}
    return values


def _of_ladder(address: str) -> dict[str, Any]:
    query = dict(parse_qsl(address.partition("?")[2]))
    try:
        view = ladder_of(query)
    except SpecError:
        return {}
    axes = query.get("axes", "first")
    return {"layers": view.written, "size": view.size, "channels": view.channels, "axes": axes}
