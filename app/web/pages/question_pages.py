"""The question of a room, made once for a class of 200 that opens it at the same time."""

from collections.abc import Callable, Hashable

from fastapi import Response

MOST = 64  # kept; a server has few votes at a time


class QuestionPages:
    """Pages by what they show. Each reader gets a copy with a ballot of its own. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[str, bytes]] = {}

    def page(self, key: Hashable, ballot: str, make: Callable[[], Response]) -> Response:
        """Return the page of `key`, made if it is not kept; `ballot` is the one that it has."""
        if key in self._kept:
            first, body = self._kept[key]
            return Response(
                body.replace(first.encode(), ballot.encode()),
                media_type="text/html; charset=utf-8",
            )
        made = make()
        if made.status_code == 200:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = (ballot, bytes(made.body))
        return made
