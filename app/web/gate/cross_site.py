"""Refuses what another site sends: a form or script there must not upload, delete or vote for its visitors."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.address.origin import origin_of
from app.web.errors import answer_http
from app.web.watch.route_names import route_of

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
OWN_SITE = ("same-origin", "none")  # none: the person, such as with a bookmark
SANDBOX = "null"  # the origin of a view in a sandboxed frame


class RefuseOtherSites:
    """ASGI middleware that answers 403 to requests from pages of other sites that could change something.

    A browser says where a request comes from; other clients say nothing and are let through.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        app = self.app
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and _is_foreign(scope):
            app = answer_http(Request(scope), HTTPException(403))
        await app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is not None:
        in_sandbox = origin == SANDBOX and route_of(scope).facts.framed
        return site not in OWN_SITE and not in_sandbox
    # Without TLS, browsers send only Origin: null from a page whose address they keep to themselves (see PRIVATE).
    own = (headers.get("host", "").lower(), _host(origin_of(scope)))
    return origin not in (None, SANDBOX) and _host(origin) not in own


def _host(origin: str | None) -> str:
    return (origin or "").partition("://")[2].lower()
