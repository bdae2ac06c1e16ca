"""Answers CORS preflight requests."""

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.watch.route_names import route_of

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "7200",
}


class Preflight:
    """ASGI middleware that answers OPTIONS for shared routes; `SecurityHeaders` adds the allowed origins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            is_preflight = "access-control-request-method" in Headers(scope=scope)
            if is_preflight and route_of(scope).facts.shared:
                await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
                return
        await self.app(scope, receive, send)
