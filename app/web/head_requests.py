"""Answers HEAD for every address that accepts GET: the same headers, without the body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.watch.request_record import ORIGINAL_METHOD


class AnswerHead:
    """ASGI middleware that turns HEAD into GET and drops the body of the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app(
            {**scope, "method": "GET", ORIGINAL_METHOD: "HEAD"}, receive, send_without_body
        )
