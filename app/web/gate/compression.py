"""Compresses text on its way out, with Starlette's middleware: pages, JSON, SVG and tables.

`Compress` stands between the cache of answers and the application: answers are compressed once for all readers and
kept so. `Unpack` stands before the cache, and unpacks them for the few clients that do not accept gzip. Answers to
addresses with a token or a key are sent as they are (SECURITY.md, Compression).
"""

import zlib

import anyio
import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.gate.codings import accepted_codings
from app.web.gate.request_facts import is_personal
from app.web.watch.route_names import route_of

LEAST = 1024  # bytes; what is smaller fits one packet anyway
LEVEL = 4  # a page of 100 kB takes 0.8 ms and 17.6 kB; level 6 takes 1.4 ms for 4 % less
INLINE = (
    2**14
)  # bytes of gzip that are unpacked at once; more goes to a thread, as does packing above 128 KiB
THREADS = 2
NUMBERS = (  # packed already, or numbers that pack badly
    "application/octet-stream",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
ACCEPT = b"accept-encoding"
TEXT_FILES = (
    ".css",
    ".csv",
    ".ipynb",
    ".js",
    ".map",
    ".py",
    ".svg",
)  # what the others are is packed, or numbers
OF_GZIP = 16 + zlib.MAX_WBITS


class Compress:
    """ASGI middleware that compresses the answers to GET; a kept answer, which others may get, always."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        excluded = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *NUMBERS)
        self._gzip = GZipMiddleware(
            app, minimum_size=LEAST, compresslevel=LEVEL, exclude_content_types=excluded
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["method"] != "GET" or is_personal(scope):
            await self.app(scope, receive, send)
            return
        codings = accepted_codings(scope)
        if route_of(scope).facts.kept:
            codings |= {"gzip"}
        headers = [one for one in scope["headers"] if one[0] != ACCEPT]
        headers.append((ACCEPT, ", ".join(sorted(codings)).encode()))
        await self._gzip({**scope, "headers": headers}, receive, send)


class Unpack:
    """ASGI middleware that sends each client a coding that it accepts, and tells caches that answers differ."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._limiter = anyio.CapacityLimiter(THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if "gzip" not in accepted_codings(scope):
            send = _Unpacked(send, self._limiter).send

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                packed = "content-encoding" in headers
                unchanged = message["status"] == 304 and _may_be_packed(scope)
                marked = "accept-encoding" in headers.get("vary", "").lower()
                if (packed or unchanged) and not marked:
                    headers.add_vary_header("Accept-Encoding")
                tag = headers.get("etag", "")
                if packed and tag.startswith('"'):  # the same content, other bytes
                    headers["ETag"] = f"W/{tag}"
            await send(message)

        await self.app(scope, receive, send_marked)


def _may_be_packed(scope: Scope) -> bool:
    return route_of(scope).facts.kind != "file" or str(scope["path"]).endswith(TEXT_FILES)


class _Unpacked:
    """One answer, sent without gzip."""

    def __init__(self, send: Send, limiter: anyio.CapacityLimiter) -> None:
        self._send = send
        self._limiter = limiter
        self._start: Message | None = None
        self._unpacker: zlib._Decompress | None = None

    async def send(self, message: Message) -> None:
        """Send a message of the answer, unpacked."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-encoding") != "gzip":
                await self._send(message)
                return
            del headers["Content-Encoding"]
            del headers["Content-Length"]
            self._start, self._unpacker = message, zlib.decompressobj(OF_GZIP)
            return
        if self._unpacker:
            packed = message.get("body", b"")
            more = message.get("more_body", False)
            body = await self._unpacked(self._unpacker, packed)
            if self._start:
                if not more:
                    MutableHeaders(scope=self._start)["Content-Length"] = str(len(body))
                await self._send(self._start)
                self._start = None
            message = {**message, "body": body}
        await self._send(message)

    async def _unpacked(self, unpacker: "zlib._Decompress", packed: bytes) -> bytes:
        if len(packed) <= INLINE:
            return unpacker.decompress(packed)
        return await anyio.to_thread.run_sync(unpacker.decompress, packed, limiter=self._limiter)
