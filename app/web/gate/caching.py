"""The cache of answers: reuses stored and shared answers, and answers 304 if the client has a current copy.

The answer of a cacheable route depends only on the build, the settings, the address and the requested form, while
the picture and any imported weights in the address exist. So its ETag is known before anything is computed.
Addresses with an uploader's token bypass the cache.

`app.state.answers` holds the statistics: `hits` (including 304 answers), `misses`, and `nbytes` in the cache.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from math import isinf

import anyio
import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.lab.errors import StoreUnreachable
from app.lab.keep.byte_cache import ByteCache, belongs_to
from app.lab.keep.imports import Imports
from app.lab.keep.pictures import Pictures
from app.lab.lab import Lab
from app.web.address.version import BUILD
from app.web.errors import answer_unreachable
from app.web.gate.admission import Admission
from app.web.gate.clients import Client
from app.web.gate.request_facts import RequestFacts, is_personal, network_of, request_facts
from app.web.gate.single_flight import Answer, SingleFlight
from app.web.watch.request_record import FROM_CACHE
from app.web.watch.route_names import route_of

CACHE_BYTES = 32 * 2**20
LARGEST_ANSWER = 2**20  # bytes of one answer
LONGEST_KEY = 2048  # characters of the address and the requested form; our own links have fewer
ENTRY_OVERHEAD = 4096  # bytes that an entry takes at most, in addition to its body
YEAR, DAY = 31_536_000, 86_400  # seconds
STORE_THREADS = 8  # threads that ask a remote store how long it keeps a picture


class AnswerCache:
    """Complete answers, by picture, address and form."""

    def __init__(self) -> None:
        self._kept: ByteCache[Answer] = ByteCache(CACHE_BYTES, size_of=_size_of)
        self.hits = 0
        self.misses = 0

    @property
    def nbytes(self) -> int:
        """Return the bytes in the cache."""
        return self._kept.nbytes

    def find(self, facts: RequestFacts) -> Answer | None:
        """Return a cached answer, or None."""
        return self._kept.find(_key(facts))

    def keep(self, facts: RequestFacts, answer: Answer) -> None:
        """Store an answer if its status is 200 and neither its body nor its key is too large."""
        key = _key(facts)
        small = len(answer.body) <= LARGEST_ANSWER and sum(map(len, key)) <= LONGEST_KEY
        if answer.status == 200 and small:
            self._kept.put(key, answer)

    def forget(self, image_id: str) -> None:
        """Drop all answers about a picture. Thread-safe."""
        self._kept.drop(belongs_to(image_id))

    def forget_weights(self, key: str) -> None:
        """Drop all answers that use imported weights, given the hash at the end of their id. Thread-safe."""
        self._kept.drop(lambda kept: isinstance(kept, tuple) and key in kept[-1])


@dataclass(frozen=True)
class CachePolicy:
    """How long browsers and proxies may cache an answer, and how they revalidate it."""

    tag: str
    control: str
    vary: str | None

    def headers(self) -> dict[str, str]:
        """Return the caching headers."""
        given = {"ETag": self.tag, "Cache-Control": self.control, "Vary": self.vary}
        return {name: value for name, value in given.items() if value}

    def matches(self, if_none_match: str) -> bool:
        """Tell whether the client already has this answer."""
        given = {tag.strip() for tag in if_none_match.split(",")}
        return self.tag in given or "*" in given


class Caching:
    """ASGI middleware that answers from the cache, and computes an answer once for simultaneous requests."""

    def __init__(self, app: ASGIApp, lab: Lab, answers: AnswerCache, admission: Admission) -> None:
        self.app = app
        self.lab = lab
        self.answers = answers
        self._single_flight = SingleFlight(app, admission)
        self._store_limiter = anyio.CapacityLimiter(STORE_THREADS)
        self._seed = f"{BUILD} {lab.settings} {lab.samples.digest}"
        lab.pictures.when_forgotten(answers.forget)
        lab.imports.when_forgotten(answers.forget_weights)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on."""
        if scope["type"] != "http" or not route_of(scope).facts.kept:
            await self.app(scope, receive, send)
            return
        facts = request_facts(scope)
        try:
            left = await self._seconds_left(facts)
        except StoreUnreachable as error:
            await answer_unreachable(Request(scope), error)(scope, receive, send)
            return
        if left < 0:
            await self.app(scope, receive, send)
            return
        try:
            if is_personal(scope):
                await self.app(scope, receive, send)
            else:
                await self._answer(facts, left, scope, receive, send)
        finally:
            await self._forget_if_gone(facts)

    async def _seconds_left(self, facts: RequestFacts) -> float:
        # The answer expires with the first of the uploads that it depends on.
        left = await self._seconds_left_of(self.lab.pictures, facts.image_id)
        for name in facts.weights.split():
            left = min(left, await self._seconds_left_of(self.lab.imports, name))
        return left

    async def _seconds_left_of(self, uploads: Pictures | Imports, name: str) -> float:
        known = uploads.known_seconds_left(name)
        if known is not None:
            return known
        return await anyio.to_thread.run_sync(
            uploads.seconds_left, name, limiter=self._store_limiter
        )

    async def _forget_if_gone(self, facts: RequestFacts) -> None:
        # An upload may have been deleted during the computation.
        if not await self._is_kept(self.lab.pictures, facts.image_id):
            self.lab.pictures.forget(facts.image_id)
        for name in facts.weights.split():
            if not await self._is_kept(self.lab.imports, name):
                self.lab.imports.forget(name)

    async def _all_kept(self, facts: RequestFacts) -> bool:
        with suppress(StoreUnreachable):
            return await self._seconds_left(facts) >= 0
        return False

    async def _is_kept(self, uploads: Pictures | Imports, name: str) -> bool:
        try:
            return await self._seconds_left_of(uploads, name) >= 0
        except StoreUnreachable:
            return False  # so nothing about it stays in memory

    async def _answer(
        self, facts: RequestFacts, left: float, scope: Scope, receive: Receive, send: Send
    ) -> None:
        policy = self._policy(facts, left)
        send = _with_policy(send, policy)
        if policy.matches(Headers(scope=scope).get("if-none-match", "")):
            self.answers.hits += 1
            scope["state"][FROM_CACHE] = True
            await _send_unchanged(send)
        elif route_of(scope).facts.download:
            await self.app(scope, receive, send)
        elif answer := self.answers.find(facts):
            self.answers.hits += 1
            scope["state"][FROM_CACHE] = True
            await answer.send(send)
        else:
            self.answers.misses += 1
            await self._share(facts, scope, receive, send)

    async def _share(self, facts: RequestFacts, scope: Scope, receive: Receive, send: Send) -> None:
        key_in_queue = (network_of(scope), facts.image_id)
        sharing = self._single_flight.join(_key(facts), scope, key_in_queue)
        with Client(receive) as client, sharing as shared:
            try:
                answer = await client.while_here(shared.answer())
            except ClientDisconnect:
                return
        if await self._all_kept(facts):
            self.answers.keep(facts, answer)
        await answer.send(send)

    def _policy(self, facts: RequestFacts, left: float) -> CachePolicy:
        form = "" if facts.is_file else facts.form
        parts = "\n".join((self._seed, facts.origin, facts.path, facts.query, form))
        tag = hashlib.sha256(parts.encode()).hexdigest()[:32]
        same = facts.version == BUILD and not self.lab.samples.may_change(facts.image_id)
        lasting = facts.is_file and same
        control = _control(left, lasting=lasting)
        return CachePolicy(f'W/"{tag}"', control, None if facts.is_file else facts.vary)


def _control(seconds_left: float, *, lasting: bool) -> str:
    if isinf(seconds_left):
        return f"public, max-age={YEAR}, immutable" if lasting else "no-cache"
    seconds = max(min(DAY, int(seconds_left)), 0)
    return f"private, max-age={seconds}, immutable" if lasting else "private, no-cache"


def _key(facts: RequestFacts) -> tuple[str, str, str, str, str, str]:
    return (facts.image_id, facts.origin, facts.path, facts.query, facts.form, facts.weights)


def _size_of(answer: Answer) -> int:
    return len(answer.body) + ENTRY_OVERHEAD


def _with_policy(send: Send, policy: CachePolicy) -> Send:
    async def send_with_policy(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (200, 304):
            message = {**message, "headers": list(message["headers"])}
            MutableHeaders(scope=message).update(policy.headers())
        await send(message)

    return send_with_policy


async def _send_unchanged(send: Send) -> None:
    await send({"type": "http.response.start", "status": 304, "headers": []})
    await send({"type": "http.response.body", "body": b""})
