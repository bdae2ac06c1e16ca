"""Reports the duration and outcome of each request to the browser, the log and the metrics.

This is the only place that catches unexpected exceptions: they are logged and answered with our own page.
"""

import logging
import re
import secrets
import time
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.lab import compute_timing
from app.web.errors import answer_unexpected
from app.web.gate.shutdown import Lifecycle
from app.web.route_facts import ROUTE
from app.web.watch.metrics import Metrics
from app.web.watch.request_record import RequestRecord
from app.web.watch.route_names import Routes, route_of

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = logging.getLogger("convfold.requests")


class Watch:
    """ASGI middleware that follows every request from its headers to the last byte of its answer.

    It stores the matched route and its facts in the state of the scope (see `route_of`).
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
        record = self._begin(scope)
        self.lifecycle.in_progress += 1
        try:
            await self._follow(record, receive, _recording(record, send))
        finally:
            self.lifecycle.in_progress -= 1
            log.log(_level(record), "request", extra=record.log_fields())
            self.metrics.count(record)

    def _begin(self, scope: Scope) -> RequestRecord:
        if self._routes is None:
            self._routes = Routes(scope["app"].routes)
        route = scope.setdefault("state", {})[ROUTE] = self._routes.match(scope)
        return RequestRecord(
            scope=scope,
            route=route.template,
            id=_request_id(scope),
            compute_seconds=compute_timing.begin(),
        )

    async def _follow(self, record: RequestRecord, receive: Receive, send: Send) -> None:
        try:
            await self.app(record.scope, receive, send)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("A request failed", extra={"id": record.id, "route": record.route})
            if record.status:
                raise  # part of the answer is already sent, so it can only be cut off
            response = answer_unexpected(Request(record.scope), record.id)
            await response(record.scope, receive, send)


def _level(record: RequestRecord) -> int:
    # A camera sends ten frames a second: the log would hold nothing else.
    is_frame = route_of(record.scope).facts.body == "frame"
    return logging.DEBUG if is_frame and record.status == HTTPStatus.OK else logging.INFO


def _recording(record: RequestRecord, send: Send) -> Send:
    async def send_recorded(message: Message) -> None:
        if message["type"] == "http.response.start":
            record.answer_started, record.status = time.perf_counter(), message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = record.id
            headers["Server-Timing"] = record.server_timing()
        record.nbytes += len(message.get("body", b""))
        await send(message)

    return send_recorded


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
