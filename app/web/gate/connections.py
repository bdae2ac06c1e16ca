"""What stands before the application at each connection: the length of a head, and who its client is."""

from typing import Any, cast

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_PIECE = 2**10  # bytes of a head that are read at a time
ANY_PROXY = "*"
FORWARDED = b"x-forwarded-for"


class BoundedHeads(H11Protocol):
    """Reads heads in pieces, because h11 checks the length of a head only where it ends incomplete."""

    def data_received(self, data: bytes) -> None:
        """Take what has arrived."""
        while data and not self.transport.is_closing():
            size = HEAD_PIECE if self.conn.their_state is h11.IDLE else len(data)
            super().data_received(data[:size])
            data = data[size:]


class ForwardedClient:
    """ASGI middleware that takes client and scheme from the headers of the proxies in FORWARDED_ALLOW_IPS.

    uvicorn skips the proxies from the end of X-Forwarded-For. With `*`, it would take the first address, which any
    client can write; so it is given only the last, which the nearest proxy wrote.
    """

    def __init__(self, app: ASGIApp, proxies: list[str] | str) -> None:
        self._app = cast(ASGIApp, ProxyHeadersMiddleware(cast(Any, app), proxies))
        self._any_proxy = proxies in (ANY_PROXY, [ANY_PROXY])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if self._any_proxy and scope["type"] == "http":
            given = [value for name, value in scope["headers"] if name == FORWARDED]
            others = [one for one in scope["headers"] if one[0] != FORWARDED]
            last = [(FORWARDED, value.rpartition(b",")[2].strip()) for value in given[-1:]]
            scope = {**scope, "headers": others + last}
        await self._app(scope, receive, send)
