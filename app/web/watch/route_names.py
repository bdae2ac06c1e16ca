"""Finds the route of an address, even if a middleware answers the request or no route exists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from re import Pattern
from typing import cast

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import Scope

from app.lab.lab import DEFAULT_SAMPLE
from app.web.address.subpath import local_path
from app.web.route_facts import (
    NOWHERE,
    ROUTE,
    UNDECLARED,
    RouteFacts,
    declared_facts,
    template_of,
)


@dataclass(frozen=True)
class MatchedRoute:
    """The route that a request matches: its name, its path template and its facts.

    The template names no picture, so it may be logged. `image_id` is the picture in the address, or the default
    sample if the address names none, and `given` every part of the path that the template leaves open.
    """

    name: str
    template: str
    facts: RouteFacts
    image_id: str = DEFAULT_SAMPLE
    given: Mapping[str, str] = field(default_factory=dict)


NO_ROUTE = MatchedRoute(NOWHERE, "none", UNDECLARED)


def route_of(scope: Scope) -> MatchedRoute:
    """Return the route of a request, as `Watch` stored it."""
    return cast(MatchedRoute, scope["state"][ROUTE])


@dataclass(frozen=True)
class RouteEntry:
    """One route of the framework."""

    pattern: Pattern[str]
    methods: set[str] | None
    name: str
    template: str
    facts: RouteFacts

    def accepts(self, method: str) -> bool:
        """Tell whether the route accepts a method."""
        return self.methods is None or method in self.methods

    def matched(self, given: Mapping[str, str], method: str) -> MatchedRoute:
        """Return the route for a request whose path matches `pattern`."""
        facts = self.facts if self.accepts(method) else self.facts.refused()
        image_id = given.get("image_id") or DEFAULT_SAMPLE
        return MatchedRoute(self.name, self.template, facts, image_id, given)


class Routes:
    """All routes of an application, in order of registration."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._entries = [
            RouteEntry(
                pattern=one.path_regex,
                methods=one.methods,
                name=one.name or "",
                template=template_of(one.path),
                facts=declared_facts(one.original_route) or UNDECLARED,
            )
            for one in iter_route_contexts(routes)
        ]

    def match(self, scope: Scope) -> MatchedRoute:
        """Return the route of a request; if no route accepts its method, the first one with its path."""
        path, method = local_path(scope), scope["method"]
        other: MatchedRoute | None = None
        for entry in self._entries:
            if found := entry.pattern.match(path):
                matched = entry.matched(found.groupdict(), method)
                if entry.accepts(method):
                    return matched
                other = other or matched
        return other or NO_ROUTE

    def names(self) -> list[str]:
        """Return the name of every route."""
        return [entry.name for entry in self._entries]
