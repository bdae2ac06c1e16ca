"""The lifecycle of the server. While it stops, accepted requests are finished and new ones are refused."""

from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.messages import sentence
from app.web.errors import Busy, answer_busy
from app.web.watch.route_names import route_of

RETRY_SECONDS = 5
RESTARTING = sentence("The server is restarting.")


@dataclass
class Lifecycle:
    """The phase of the server, and how many requests are being answered."""

    phase: Literal["starting", "serving", "stopping"] = "starting"
    in_progress: int = 0


class RefuseWhileStopping:
    """ASGI middleware that answers 503 to requests that arrive while the server stops."""

    def __init__(self, app: ASGIApp, lifecycle: Lifecycle) -> None:
        self.app = app
        self.lifecycle = lifecycle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        stopping = scope["type"] == "http" and self.lifecycle.phase == "stopping"
        if stopping and not route_of(scope).facts.while_stopping:
            answer = answer_busy(Request(scope), Busy(RESTARTING, RETRY_SECONDS))
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)
