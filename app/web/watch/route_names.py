"""Which route an address belongs to, also where it is answered before it is routed or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from re import Pattern

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import Scope

from app.web.address.subpath import local_path


@dataclass(frozen=True)
class Named:
    """A route: its name, and its template, which tells nothing of the picture."""

    name: str
    template: str


NOWHERE = Named("nowhere", "none")


class Routes:
    """All routes of an application, in their order."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._entries: list[tuple[Pattern[str], set[str] | None, Named]] = [
            (one.path_regex, one.methods, Named(one.name or "", one.path or ""))
            for one in iter_route_contexts(routes)
        ]

    def of(self, scope: Scope) -> Named:
        """Return the route of a request; one that takes another method will do."""
        path, method = local_path(scope), scope["method"]
        others = NOWHERE
        for pattern, methods, named in self._entries:
            if pattern.match(path):
                if methods is None or method in methods:
                    return named
                others = named if others is NOWHERE else others
        return others

    def names(self) -> list[str]:
        """Return the name of every route."""
        return [named.name for _, _, named in self._entries]
