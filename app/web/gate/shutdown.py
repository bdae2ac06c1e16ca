"""Whether the server starts, serves or stops: while it stops, what it accepted is finished and no more begun."""

from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.address.subpath import local_path
from app.web.errors import Busy, answer_busy

RETRY_SECONDS = 5
STILL_ANSWERED = ("/healthz", "/readyz", "/metrics")


@dataclass
class Life:
    """`phase`, and how many requests are being answered."""

    phase: Literal["starting", "serving", "stopping"] = "starting"
    in_progress: int = 0


class TurnAway:
    """ASGI middleware that answers 503 to whoever comes while the server stops."""

    def __init__(self, app: ASGIApp, life: Life) -> None:
        self.app = app
        self.life = life

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        stopping = scope["type"] == "http" and self.life.phase == "stopping"
        if stopping and local_path(scope) not in STILL_ANSWERED:
            answer = answer_busy(Request(scope), Busy("The server is restarting.", RETRY_SECONDS))
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)
