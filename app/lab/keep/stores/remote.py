"""Uploads in a Valkey or Redis server, for several replicas, which need to share nothing else.

A picture is one hash, with its file and the time at which each holder uploaded it, by the server's clock. So
pixels and holders expire, are evicted and are deleted together.
"""

import io
from typing import Any, Generic, cast

from app.lab.errors import StoreUnreachable
from app.lab.keep.stores.base import ID, Kept, Kind
from app.lab.keep.stores.holders import MAX_HOLDERS, hash_of, new_token, not_a_holder
from app.lab.keep.stores.remembered import Remembered
from app.lab.keep.stores.scripts import DROP, HOLDS, PUT
from app.lab.keep.stores.server import Server

FIELD = "picture"
FRESH_SECONDS = 1  # after this time a deletion by another replica takes effect here
SWEEP_SECONDS = 5  # and after this time the results computed from it are dropped


class RemoteStore(Generic[Kept]):
    """A Store in the server at `url`, whose size is limited by its `maxmemory`.

    `held` counts the keys of the database, which should have no other use, and `held_bytes` is the memory of the
    server; both are from the last sweep. Construction does not wait for the server.
    """

    is_too_full = False  # the server makes room by itself
    sweep_seconds = SWEEP_SECONDS

    def __init__(self, url: str, *, of: Kind[Kept], seconds: float) -> None:
        self._kind = of
        self._prefix = prefix_of(of)
        self._milliseconds = int(seconds * 1000)
        self._server = Server(url)
        self._put, self._drop, self._holds = map(self._server.script, (PUT, DROP, HOLDS))
        self._remembered = Remembered(seconds=FRESH_SECONDS)
        self.held = self.held_bytes = 0

    @property
    def is_reachable(self) -> bool:
        """Whether the server answered the last time it was asked."""
        return self._server.is_reachable

    def put(self, image_id: str, one: Kept) -> str:
        """Store `one` and return the token that deletes it.

        Raises:
            StoreFull: the server has no room for it.
            StoreUnreachable: the server does not answer.
        """
        token = new_token()
        with self._server.client():
            self._run(self._put, image_id, token, self._kind.pack(one), MAX_HOLDERS)
        return token

    def get(self, image_id: str) -> Kept | None:
        """Return the upload, or None if it is not stored.

        Raises:
            StoreUnreachable: the server does not answer.
        """
        if not ID.fullmatch(image_id):
            return None
        with self._server.client() as client:
            file = cast(bytes | None, client.hget(self._prefix + image_id, FIELD))
        if file is None:
            return None
        try:
            return self._kind.unpack(io.BytesIO(file))
        except self._kind.damaged:
            with self._server.client() as client:
                client.unlink(self._prefix + image_id)
            self._remembered.drop([image_id])
            return None

    def has(self, image_id: str) -> bool:
        """Return whether the upload is stored."""
        return self.seconds_left(image_id) >= 0

    def seconds_left(self, image_id: str) -> float:
        """Return how long the upload will be kept, in seconds; below 0 if it is not stored.

        Raises:
            StoreUnreachable: the server does not answer.
        """
        known = self.known_seconds_left(image_id)
        if known is not None:
            return known
        question = self._remembered.question()
        with self._server.client() as client:
            left = cast(int, client.pttl(self._prefix + image_id)) / 1000
        if left >= 0:
            self._remembered.add(image_id, left, question)
        return left

    def known_seconds_left(self, image_id: str) -> float | None:
        """Return the same as `seconds_left` if that is known without asking the server, else None."""
        return self._remembered.seconds_left(image_id) if ID.fullmatch(image_id) else -1

    def is_held(self, image_id: str, token: str) -> bool:
        """Return whether `token` was issued for this upload.

        Raises:
            StoreUnreachable: the server does not answer.
        """
        if not ID.fullmatch(image_id):
            return False
        with self._server.client():
            return bool(self._run(self._holds, image_id, token))

    def remove(self, image_id: str, token: str) -> bool:
        """Give up one token and return whether the upload was deleted: it stays while others hold tokens.

        Raises:
            WrongToken: the token was not issued for this upload.
            StoreUnreachable: the server does not answer.
        """
        with self._server.client():
            left = self._run(self._drop, image_id, token)
        if left < 0:
            raise not_a_holder()
        self._remembered.drop([image_id])
        return left == 0

    def sweep(self) -> list[str]:
        """Count the server's uploads, and return the ids of those deleted since this replica last saw them."""
        ids = self._remembered.ids()
        try:
            with self._server.client() as client:
                questions = client.pipeline(transaction=False)
                questions.dbsize()
                questions.info("memory")
                for image_id in ids:
                    questions.exists(self._prefix + image_id)
                self.held, memory, *kept = questions.execute()  # type: ignore[no-untyped-call]
        except StoreUnreachable:
            return []  # the application log says so, and requests are refused in the meantime
        self.held_bytes = memory["used_memory"]
        gone = [image_id for image_id, found in zip(ids, kept, strict=True) if not found]
        self._remembered.drop(gone)
        return gone + self._remembered.displaced()

    def _run(self, script: Any, image_id: str, token: str, *more: object) -> int:
        arguments = (hash_of(token), self._milliseconds, *more)
        return cast(int, script(keys=[self._prefix + image_id], args=arguments))


def prefix_of(kind: Kind[Any]) -> str:
    """Return the prefix of the keys of one kind of upload."""
    return f"convfold:{kind.name}:"
