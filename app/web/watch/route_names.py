"""Which route an address belongs to, also where it is answered before it is routed or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from re import Pattern
from typing import cast

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import Scope

from app.lab.lab import DEFAULT_SAMPLE
from app.web.address.subpath import local_path
from app.web.route_facts import UNDECLARED, RouteFacts, declared_facts

ROUTE = "route"  # in the state of the scope: the MatchedRoute


@dataclass(frozen=True)
class MatchedRoute:
    """A route as a request asks for it: its name, its template, which tells nothing of the picture, and its facts.

    `image_id` is the picture of the address; where an address names none, answers show the first sample.
    """

    name: str
    template: str
    facts: RouteFacts
    image_id: str = DEFAULT_SAMPLE


NOWHERE = MatchedRoute("nowhere", "none", UNDECLARED)


def route_of(scope: Scope) -> MatchedRoute:
    """Return the route of a request, as `Watch` noted it."""
    return cast(MatchedRoute, scope["state"][ROUTE])


@dataclass(frozen=True)
class Entry:
    """A route as the framework has it."""

    pattern: Pattern[str]
    methods: set[str] | None
    name: str
    template: str
    facts: RouteFacts

    def takes(self, method: str) -> bool:
        """Tell whether the route takes a method."""
        return self.methods is None or method in self.methods

    def matched(self, image_id: str | None, method: str) -> MatchedRoute:
        """Return the route as a request has it, whose address was found to be one of these."""
        facts = self.facts if self.takes(method) else self.facts.refused()
        return MatchedRoute(self.name, self.template, facts, image_id or DEFAULT_SAMPLE)


class Routes:
    """All routes of an application, in their order."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._entries = [
            Entry(
                pattern=one.path_regex,
                methods=one.methods,
                name=one.name or "",
                template=one.path or "",
                facts=declared_facts(one.original_route) or UNDECLARED,
            )
            for one in iter_route_contexts(routes)
        ]

    def of(self, scope: Scope) -> MatchedRoute:
        """Return the route of a request; one that takes another method will do."""
        path, method = local_path(scope), scope["method"]
        other: MatchedRoute | None = None
        for entry in self._entries:
            if found := entry.pattern.match(path):
                matched = entry.matched(found.groupdict().get("image_id"), method)
                if entry.takes(method):
                    return matched
                other = other or matched
        return other or NOWHERE

    def names(self) -> list[str]:
        """Return the name of every route."""
        return [entry.name for entry in self._entries]
