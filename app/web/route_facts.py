"""The facts that each route declares once; gate, caching, headers, errors and OpenAPI read them.

A route is registered with its facts: `@router.get("/about", PAGE, name="about")`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeVar

from fastapi import APIRouter
from fastapi.params import Depends
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from app.lab.keep.frames import MOST_FRAME_BYTES
from app.lab.keep.imports import MOST_BYTES


class Count(Convertor[str]):
    """A whole number in a path in its one spelling, so that what reads the path sees what the route gets."""

    regex = "0|-?[1-9][0-9]{0,8}"

    def convert(self, value: str) -> str:
        """Return the text; FastAPI reads the number."""
        return value

    def to_string(self, value: str) -> str:
        """Return the text for an address."""
        return value


register_url_convertor("count", Count())
LAYER = "{layer:count}"  # its price and its locks depend on it
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
FORM_OVERHEAD = 2**16  # bytes that multipart framing and text fields may add to the file itself
WEIGHTS_LIMIT = MOST_BYTES + FORM_OVERHEAD
FORM_LIMIT = 2**12  # bytes of a form without a file
# That of pictures is a setting. A route that reads no body lets none of any length by.
BODY_LIMITS = {
    "none": FORM_LIMIT,
    "form": FORM_LIMIT,
    "weights": WEIGHTS_LIMIT,
    "frame": MOST_FRAME_BYTES,
}
# While a body arrives, its text fields are in memory; a file is put on the disk.
MOST_FIELDS = 8
MOST_FIELDS_OF_WEIGHTS = 12  # four choices for each of two layers, and how the picture was prepared


@dataclass(frozen=True, kw_only=True)
class RouteFacts:
    """The facts of a route, true of all its answers.

    `kind`: a page (including its fragments, and JSON on request), data, or a file, which has only one form.
    `computes`: the request waits for a turn in the queue, after its body has arrived.
    `kept`: while the picture exists, the answer depends only on the address. So it has an ETag, is cached in
    memory, and is computed once for simultaneous requests.
    `download`: the answer is too large to be cached, or to be in memory as a whole.
    `body`: the kind of request body.
    `shared`: pages of other sites may load the answer, and their scripts may read it.
    `framed`: pages of other sites may embed the answer in a frame.
    `camera`: the page may ask for the camera.
    `listed`: search engines may list the page, if its address has no query.
    `translated`: the file is read by people, and has the language of a page at its address.
    `while_stopping`: the route is also answered while the server stops.
    """

    kind: Literal["page", "data", "file"]
    computes: bool = False
    kept: bool = False
    download: bool = False
    body: Literal["none", "form", "picture", "weights", "frame"] = "none"
    shared: bool = False
    framed: bool = False
    camera: bool = False
    listed: bool = False
    translated: bool = False
    while_stopping: bool = False

    def refused(self) -> "RouteFacts":
        """Return the facts for a request with a method that the route does not accept."""
        return replace(self, computes=False, kept=False, download=False, body="none")

    def embedded(self) -> "RouteFacts":
        """Return the facts for the same answer in a frame on another site."""
        return replace(self, framed=True, shared=True, listed=False)


PAGE = RouteFacts(kind="page")
LISTED_PAGE = RouteFacts(kind="page", listed=True)
DATA = RouteFacts(kind="data")
SHARED_DATA = RouteFacts(kind="data", shared=True)
SHARED_FILE = RouteFacts(kind="file", shared=True)
# Views of one picture. Data and files are shared: to a sandboxed frame, they come from another site.
VIEW = RouteFacts(kind="page", computes=True, kept=True)
FRONT_PAGE = RouteFacts(kind="page", computes=True, kept=True, listed=True)
VIEW_DATA = RouteFacts(kind="data", computes=True, kept=True, shared=True)
VIEW_FILE = RouteFacts(kind="file", computes=True, kept=True, shared=True)
LIVE_VIEW = RouteFacts(kind="page", computes=True, kept=True, camera=True)
EXPORT = RouteFacts(kind="file", computes=True, kept=True)
DOWNLOAD = RouteFacts(kind="file", computes=True, kept=True, download=True)
LESSON = RouteFacts(kind="page", computes=True, listed=True)  # the picture is in its query
LESSON_DATA = RouteFacts(kind="data", computes=True, shared=True)
# Routes with a body.
UPLOAD = RouteFacts(kind="page", computes=True, body="picture")
IMPORT = RouteFacts(kind="page", computes=True, body="weights")
FORM = RouteFacts(kind="page", body="form")
FRAME = RouteFacts(kind="data", computes=True, body="frame")  # of a live picture
# For the operator.
STATUS = RouteFacts(kind="data", while_stopping=True)

# In the state of a request: the route that was found, see `app.web.watch.route_names`.
ROUTE = "route"
NOWHERE = "nowhere"  # its name where there is none
UNDECLARED = PAGE  # an unknown address is answered with a page
FRAMEWORK_ROUTES = {
    "openapi": DATA,
    "static": SHARED_FILE,
}  # by name: routes of the framework, or mounted


class DeclaredRoute(APIRoute):
    """A route that has facts."""

    facts: RouteFacts


class FoundRouter(APIRouter):
    """Matches only what `Watch` found to be its own: FastAPI's search of all routes took a third of the time of a
    kept picture. What has no route is still searched for, since it may have one with another slash at its end.
    """

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(one.name for one in iter_route_contexts(self.routes) if one.name)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the request is for a route of this router."""
        # `Watch` follows HTTP alone; a WebSocket is asked for in vain, by all routers.
        found = scope["state"][ROUTE].name if scope["type"] == "http" else NOWHERE
        if found == NOWHERE or found in self._names:
            return super().matches(scope)
        return Match.NONE, {}


class FactRouter:
    """Registers routes and their facts in `api`, which the application includes.

    With `embedded`, all routes are for frames on other sites.
    """

    def __init__(
        self,
        *,
        prefix: str = "",
        embedded: bool = False,
        dependencies: Sequence[Depends] = (),
        include_in_schema: bool = True,
    ) -> None:
        self.api = FoundRouter(
            prefix=prefix.replace("{layer}", LAYER),
            dependencies=list(dependencies),
            include_in_schema=include_in_schema,
            form_limits={"max_files": 1, "max_part_size": FORM_LIMIT},
        )
        self._embedded = embedded

    def get(self, path: str, facts: RouteFacts, *, name: str) -> Callable[[Endpoint], Endpoint]:
        """Register a route for GET."""
        return self._register("GET", path, facts, name)

    def post(self, path: str, facts: RouteFacts, *, name: str) -> Callable[[Endpoint], Endpoint]:
        """Register a route for POST."""
        return self._register("POST", path, facts, name)

    def delete(self, path: str, facts: RouteFacts, *, name: str) -> Callable[[Endpoint], Endpoint]:
        """Register a route for DELETE."""
        return self._register("DELETE", path, facts, name)

    def include(self, other: "FactRouter") -> None:
        """Add the routes of another router."""
        self.api.include_router(other.api)

    def routes(self) -> dict[str, DeclaredRoute]:
        """Return the routes of this router by name."""
        own = (route for route in self.api.routes if isinstance(route, DeclaredRoute))
        return {route.name: route for route in own}

    def _register(
        self, method: str, path: str, facts: RouteFacts, name: str
    ) -> Callable[[Endpoint], Endpoint]:
        def register(endpoint: Endpoint) -> Endpoint:
            self.api.add_api_route(
                path.replace("{layer}", LAYER),
                endpoint,
                name=name,
                methods=[method],
                route_class_override=DeclaredRoute,
                # The limit of pictures is a setting, so the application adds it.
                max_body_size=BODY_LIMITS.get(facts.body),
                form_limits={"max_fields": most_fields(facts)},
            )
            route = self.api.routes[-1]
            assert isinstance(route, DeclaredRoute)
            route.facts = facts.embedded() if self._embedded else facts
            return endpoint

        return register


def declared_facts(route: BaseRoute) -> RouteFacts | None:
    """Return the facts of a route, or None if it declares none."""
    if isinstance(route, DeclaredRoute):
        return route.facts
    return FRAMEWORK_ROUTES.get(getattr(route, "name", ""))


def most_fields(facts: RouteFacts) -> int:
    """Return how many text fields a form of a route may have."""
    return MOST_FIELDS_OF_WEIGHTS if facts.body == "weights" else MOST_FIELDS


def template_of(path: str | None) -> str:
    """Return the path of a route as it is written in documents, without how a number is spelled."""
    return (path or "").replace(":count}", "}")
