"""Compresses text on its way out, with Starlette's middleware: pages, JSON, SVG and tables.

`Compress` stands between the cache of answers and the application: answers are compressed once for all readers and
kept so. `Unpack` stands before the cache, and unpacks them for the few clients that do not accept gzip. Answers to
addresses with a token or a key are sent as they are (SECURITY.md, Compression).
"""

import zlib

import anyio
import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.gate.codings import accepted_codings
from app.web.gate.request_facts import is_personal
from app.web.media_types import NOT_TEXT, is_text_file
from app.web.watch.route_names import route_of

SMALLEST_PACKED = 1024  # bytes; what is smaller fits one packet anyway
LEVEL = 4  # a page of 100 kB takes 0.8 ms and 17.6 kB; level 6 takes 1.4 ms for 4 % less
# Bytes of gzip that are unpacked without a thread; packing takes one above 128 KiB.
UNPACKED_WITHOUT_THREAD = 2**14
UNPACKED_AT_ONCE = 2**18  # bytes of text: a small answer may be a very long text
THREADS = 2
ACCEPT = b"accept-encoding"
GZIP_WINDOW = 16 + zlib.MAX_WBITS  # has zlib read the head and the end of gzip
HAS_CODING = "has_coding"  # in the state of the scope: the answer was packed before it came here


class Compress:
    """ASGI middleware that compresses the answers to GET; a kept answer, which others may get, always."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._gzip = GZipMiddleware(
            self._note_coding,
            minimum_size=SMALLEST_PACKED,
            compresslevel=LEVEL,
            exclude_content_types=NOT_TEXT,
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

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and not scope["state"].get(HAS_CODING):
                _weaken_tag_of_packed(MutableHeaders(scope=message))
            await send(message)

        await self._gzip({**scope, "headers": headers}, receive, send_tagged)

    async def _note_coding(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                coded = "content-encoding" in Headers(raw=message["headers"])
                scope["state"][HAS_CODING] = coded
            await send(message)

        await self.app(scope, receive, send_noted)


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
                differs = "content-encoding" in headers or _may_be_packed(scope)
                if differs and "accept-encoding" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Accept-Encoding")
            await send(message)

        await self.app(scope, receive, send_marked)


def _may_be_packed(scope: Scope) -> bool:
    return route_of(scope).facts.kind != "file" or is_text_file(scope["path"])


def _weaken_tag_of_packed(headers: MutableHeaders) -> None:
    tag = headers.get("etag", "")
    if "content-encoding" in headers and tag.startswith('"'):  # the same content, other bytes
        headers["ETag"] = f"W/{tag}"


class _Unpacked:
    """One answer, sent without gzip, in pieces of a bounded size."""

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
            self._start, self._unpacker = message, zlib.decompressobj(GZIP_WINDOW)
            return
        if self._unpacker is None:
            await self._send(message)
            return
        packed, more = message.get("body", b""), message.get("more_body", False)
        if self._start:
            if not more:  # gzip ends with the length of the text
                length = int.from_bytes(packed[-4:], "little")
                MutableHeaders(scope=self._start)["Content-Length"] = str(length)
            await self._send(self._start)
            self._start = None
        is_last = False
        while not is_last:
            text = await self._next_text(self._unpacker, packed)
            packed, is_last = self._unpacker.unconsumed_tail, len(text) < UNPACKED_AT_ONCE
            await self._send({**message, "body": text, "more_body": more or not is_last})

    async def _next_text(self, unpacker: "zlib._Decompress", packed: bytes) -> bytes:
        if len(packed) <= UNPACKED_WITHOUT_THREAD:
            return unpacker.decompress(packed, UNPACKED_AT_ONCE)
        return await anyio.to_thread.run_sync(
            unpacker.decompress, packed, UNPACKED_AT_ONCE, limiter=self._limiter
        )
