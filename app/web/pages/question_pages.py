"""The question of a room, made once for a class that opens it at the same time."""

from collections.abc import Callable, Hashable
from typing import NamedTuple

from fastapi import Response

from app.lab.keep.byte_cache import ByteCache, belongs_to, uses_weights
from app.lab.lab import Lab
from app.lab.state.state import State

CACHE_BYTES = 2 * 2**20


class Kept(NamedTuple):
    """A page as it was made, with the ballot of its first reader."""

    ballot: str
    body: bytes


class QuestionPages:
    """Pages by what they show. Each reader gets a copy with a ballot of its own. Safe to share between threads."""

    def __init__(self, lab: Lab) -> None:
        self._kept = ByteCache[Kept](CACHE_BYTES, size_of=lambda one: len(one.body))
        lab.pictures.when_forgotten(lambda image_id: self._kept.drop(belongs_to(image_id)))
        lab.imports.when_forgotten(lambda name: self._kept.drop(uses_weights(name)))

    def page(
        self, state: State, shown: Hashable, ballot: str, make: Callable[[], Response]
    ) -> Response:
        """Return the page of a state, made if it is not kept; `make` gives it with `ballot` in it."""
        key = (state.image_id, state.stack, shown)
        kept = self._kept.get(key, lambda: Kept(ballot, bytes(make().body)))
        body = kept.body.replace(kept.ballot.encode(), ballot.encode())
        return Response(body, media_type="text/html; charset=utf-8")
