"""What each route declares about itself, once: gate, caching, headers, errors and OpenAPI read it from here.

A route is registered with its facts: `@router.get("/about", PAGE, name="about")`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from fastapi import APIRouter
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.lab.keep.imports import MOST_BYTES

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
FORM_OVERHEAD = 2**16  # bytes that multipart framing may add to the file itself
WEIGHTS_LIMIT = MOST_BYTES + FORM_OVERHEAD


@dataclass(frozen=True, kw_only=True)
class RouteFacts:
    """What is true of every answer of a route.

    `kind`: a page (also its parts, or JSON where that is asked for), data, or a file that has one form only.
    `computes`: it waits in the queue for its turn, after its body has come in.
    `kept`: the answer follows from the address for as long as the picture is kept, so it has an ETag, stays in
    memory, and is made once for all who ask at the same time.
    `download`: it is too large to be kept, or to be in memory as a whole.
    `body`: what is sent to it.
    `shared`: pages of other sites may load it, and their scripts read it.
    `framed`: pages of other sites may frame it.
    `while_stopping`: it is answered also while the server stops.
    """

    kind: Literal["page", "data", "file"]
    computes: bool = False
    kept: bool = False
    download: bool = False
    body: Literal["none", "form", "picture", "weights"] = "none"
    shared: bool = False
    framed: bool = False
    while_stopping: bool = False

    def refused(self) -> "RouteFacts":
        """Return what is true of a request whose method the route does not take."""
        return replace(self, computes=False, kept=False, download=False, body="none")

    def embedded(self) -> "RouteFacts":
        """Return what is true of the same answer in a frame on another site."""
        return replace(self, framed=True, shared=True)


PAGE = RouteFacts(kind="page")
DATA = RouteFacts(kind="data")
SHARED_DATA = RouteFacts(kind="data", shared=True)
SHARED_FILE = RouteFacts(kind="file", shared=True)
# Of one picture. In a sandboxed frame, all that an embedded view asks for comes from another site: it is shared.
VIEW = RouteFacts(kind="page", computes=True, kept=True)
VIEW_DATA = RouteFacts(kind="data", computes=True, kept=True, shared=True)
VIEW_FILE = RouteFacts(kind="file", computes=True, kept=True, shared=True)
EXPORT = RouteFacts(kind="file", computes=True, kept=True)
DOWNLOAD = RouteFacts(kind="file", computes=True, kept=True, download=True)
# With a body.
UPLOAD = RouteFacts(kind="page", computes=True, body="picture")
IMPORT = RouteFacts(kind="page", computes=True, body="weights")
FORM = RouteFacts(kind="page", body="form")
# For the operator.
STATUS = RouteFacts(kind="data", while_stopping=True)

UNDECLARED = PAGE  # an address that no route has is answered with a page
FRAMEWORK_ROUTES = {
    "openapi": DATA,
    "static": SHARED_FILE,
}  # by name: made by the framework, or mounted


class DeclaredRoute(APIRoute):
    """A route with its facts."""

    facts: RouteFacts


class FactRouter:
    """Registers routes with their facts in `api`, which an application includes.

    With `embedded`, all of them are for frames on other sites.
    """

    def __init__(
        self,
        *,
        prefix: str = "",
        embedded: bool = False,
        dependencies: Sequence[Depends] = (),
        include_in_schema: bool = True,
    ) -> None:
        self.api = APIRouter(
            prefix=prefix, dependencies=list(dependencies), include_in_schema=include_in_schema
        )
        self._embedded = embedded

    def get(self, path: str, facts: RouteFacts, *, name: str) -> Callable[[Endpoint], Endpoint]:
        """Register what answers GET."""
        return self._register("GET", path, facts, name)

    def post(self, path: str, facts: RouteFacts, *, name: str) -> Callable[[Endpoint], Endpoint]:
        """Register what answers POST."""
        return self._register("POST", path, facts, name)

    def delete(self, path: str, facts: RouteFacts, *, name: str) -> Callable[[Endpoint], Endpoint]:
        """Register what answers DELETE."""
        return self._register("DELETE", path, facts, name)

    def include(self, other: "FactRouter") -> None:
        """Add the routes of another."""
        self.api.include_router(other.api)

    def routes(self) -> dict[str, DeclaredRoute]:
        """Return its own routes by name."""
        own = (route for route in self.api.routes if isinstance(route, DeclaredRoute))
        return {route.name: route for route in own}

    def _register(
        self, method: str, path: str, facts: RouteFacts, name: str
    ) -> Callable[[Endpoint], Endpoint]:
        def register(endpoint: Endpoint) -> Endpoint:
            self.api.add_api_route(
                path,
                endpoint,
                name=name,
                methods=[method],
                route_class_override=DeclaredRoute,
                # Other bodies may be as long as the operator says: the application adds that limit.
                max_body_size=WEIGHTS_LIMIT if facts.body == "weights" else None,
            )
            route = self.api.routes[-1]
            assert isinstance(route, DeclaredRoute)
            route.facts = facts.embedded() if self._embedded else facts
            return endpoint

        return register


def declared_facts(route: BaseRoute) -> RouteFacts | None:
    """Return the facts of a route, or None where it declares none."""
    if isinstance(route, DeclaredRoute):
        return route.facts
    return FRAMEWORK_ROUTES.get(getattr(route, "name", ""))
