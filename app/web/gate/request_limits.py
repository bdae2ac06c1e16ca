"""Limits the length of the head and the body of a request, and answers what exceeds them."""

from contextlib import suppress

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.errors import answer_http
from app.web.gate.bodies import PacedBody
from app.web.gate.request_facts import declared_length
from app.web.route_facts import BODY_LIMITS
from app.web.watch.route_names import route_of

MULTIPART = "multipart/form-data"
BODY_TYPES = {
    "picture": (MULTIPART,),
    "weights": (MULTIPART,),
    "frame": ("image/jpeg", "image/png"),
}
HEAD_BYTES = 2**16  # of the address and the headers together
REFUSED_BODY = "x-body-too-large"  # a proxy refused the body, and asks for the page that says so
DRAINED_LIMITS = 4  # a body up to this many limits is read and dropped: a browser that is cut off shows no answer


class HeadLimit:
    """ASGI middleware that refuses a complete head of more than `HEAD_BYTES`.

    A head that is still incomplete at that length never gets here: the server cuts it off (see `app.serving`).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        app = self.app
        if scope["type"] == "http" and _head_bytes(scope) > HEAD_BYTES:
            app = answer_http(Request(scope), HTTPException(431, headers={"Connection": "close"}))
        await app(scope, receive, send)


def _head_bytes(scope: Scope) -> int:
    address = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    return address + sum(len(name) + len(value) + 4 for name, value in scope["headers"])


class DeclaredBodyLimit:
    """ASGI middleware that refuses a Content-Length above the limit of the route; that of pictures is `limit`.

    A body that is longer than its declared length, or declares none, is cut off by the limit of its route.
    What a proxy refused itself comes with `REFUSED_BODY` and without its body, and gets the same answer.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = BODY_LIMITS.get(route_of(scope).facts.body, self.limit)
        if (declared_length(scope) or 0) <= limit and REFUSED_BODY not in Headers(scope=scope):
            await self.app(scope, receive, send)
            return
        with suppress(HTTPException):  # a body that is also too slow gets the same message
            await _drain(PacedBody(receive).receive, DRAINED_LIMITS * limit)
        response = answer_http(Request(scope, receive), HTTPException(413))
        await response(scope, receive, send)


class BodyTypes:
    """ASGI middleware that refuses an upload of another type than its route takes, before any of it is read.

    A form without a type is not read at all, so it is left to the route, which says that the file is missing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        app = self.app
        types = BODY_TYPES.get(route_of(scope).facts.body) if scope["type"] == "http" else None
        if types is not None:
            kind = Headers(scope=scope).get("content-type", MULTIPART).partition(";")[0]
            if kind.strip().lower() not in types:
                app = answer_http(Request(scope), HTTPException(415))
        await app(scope, receive, send)


async def _drain(receive: Receive, most: int) -> None:
    dropped = 0
    while dropped < most:
        message = await receive()
        dropped += len(message.get("body", b""))
        if not message.get("more_body"):
            return
