"""How long a request's body may be; what declares more is answered with a message that can be read."""

from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.lab.keep.imports import MOST_BYTES
from app.web.errors import answer_http
from app.web.gate.clients import PacedBody
from app.web.gate.request_facts import declared_length, is_import

FORM_OVERHEAD = 2**16  # bytes that multipart framing may add to the file itself
WEIGHTS_LIMIT = MOST_BYTES + FORM_OVERHEAD
DRAINED = 4  # limits' worth that is read and dropped: a browser that is cut off shows no answer


class DeclaredBodyLimit:
    """ASGI middleware that refuses a Content-Length above `limit` bytes, or `of_weights` where those are sent.

    Bodies that declare less, or nothing, and send more are cut off by the limit of the route.
    """

    def __init__(self, app: ASGIApp, limit: int, of_weights: int) -> None:
        self.app = app
        self.limit = limit
        self.of_weights = of_weights

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        limit = self.of_weights if is_import(scope) else self.limit
        if scope["type"] != "http" or (declared_length(scope) or 0) <= limit:
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
