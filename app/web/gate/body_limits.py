"""How long a request's body may be; what declares more is answered with a message that can be read."""

from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.errors import answer_http
from app.web.gate.clients import PacedBody
from app.web.gate.request_facts import declared_length
from app.web.route_facts import WEIGHTS_LIMIT
from app.web.watch.route_names import route_of

DRAINED = 4  # limits' worth that is read and dropped: a browser that is cut off shows no answer


class DeclaredBodyLimit:
    """ASGI middleware that refuses a Content-Length above `limit` bytes; weights have a limit of their own.

    Bodies that declare less, or nothing, and send more are cut off by the limit of the route.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = WEIGHTS_LIMIT if route_of(scope).facts.body == "weights" else self.limit
        if (declared_length(scope) or 0) <= limit:
            await self.app(scope, receive, send)
            return
        with suppress(HTTPException):  # the message is the same for a body that is slow as well
            await _drain(PacedBody(receive).receive, DRAINED * limit)
        response = answer_http(Request(scope, receive), HTTPException(413))
        await response(scope, receive, send)


async def _drain(receive: Receive, most: int) -> None:
    dropped = 0
    while dropped < most:
        message = await receive()
        dropped += len(message.get("body", b""))
        if not message.get("more_body"):
            return
