"""What each request took and how it ended: told to the browser, to the log and to the metrics.

The one place in which a failure that nobody foresaw is caught: it is logged and answered with our own page.
"""

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.lab import compute_timing
from app.web.errors import answer_unexpected
from app.web.gate.shutdown import Lifecycle
from app.web.watch.metrics import Metrics
from app.web.watch.request_record import Course
from app.web.watch.route_names import ROUTE, Routes

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = logging.getLogger("convfold.requests")


class Watch:
    """ASGI middleware that follows every request from its headers to the last byte of its answer.

    In the state of the scope it notes the route, with what that declares (see `route_of`).
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, lifecycle: Lifecycle) -> None:
        self.app = app
        self.metrics = metrics
        self.lifecycle = lifecycle
        self._routes: Routes | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        course = self._begin(scope)
        self.lifecycle.in_progress += 1
        try:
            await self._follow(course, receive, _noting(course, send))
        finally:
            self.lifecycle.in_progress -= 1
            log.info("request", extra=course.line())
            self.metrics.count(course)

    def _begin(self, scope: Scope) -> Course:
        if self._routes is None:
            self._routes = Routes(scope["app"].routes)
        route = scope.setdefault("state", {})[ROUTE] = self._routes.of(scope)
        return Course(
            scope=scope, route=route.template, id=_request_id(scope), spent=compute_timing.begin()
        )

    async def _follow(self, course: Course, receive: Receive, send: Send) -> None:
        try:
            await self.app(course.scope, receive, send)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("A request failed", extra={"id": course.id, "route": course.route})
            if course.status:
                raise  # half an answer is out: all that is left is to break it off
            response = answer_unexpected(Request(course.scope), course.id)
            await response(course.scope, receive, send)


def _noting(course: Course, send: Send) -> Send:
    async def send_noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            course.answered, course.status = time.perf_counter(), message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = course.id
            headers["Server-Timing"] = course.timing()
        course.nbytes += len(message.get("body", b""))
        await send(message)

    return send_noted


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
