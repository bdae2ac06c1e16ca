"""Uploads in a Valkey or Redis server: the store of several replicas, which need nothing else in common.

A picture is one hash, of its file and of the time at which each holder uploaded it, by the server's clock. So
pixels and holders expire together, are evicted together and are deleted together.
"""

import io
from typing import Any, Generic, cast

from app.lab.errors import StoreUnreachable
from app.lab.keep.stores.base import ID, Kept, Kind
from app.lab.keep.stores.holders import MOST, hash_of, new_token, not_a_holder
from app.lab.keep.stores.remembered import Remembered
from app.lab.keep.stores.scripts import DROP, HOLDS, PUT
from app.lab.keep.stores.server import Server

FIELD = "picture"
FRESH_SECONDS = 1  # a deletion by another replica is seen after so long
SWEEP_SECONDS = 5  # and its traces in memory go after so long


class RemoteStore(Generic[Kept]):
    """A Store in the server at `url`, whose `maxmemory` is the bound of its size.

    `held` counts the keys of the database, which should hold nothing else, and `held_bytes` the memory of
    the server; both are as old as the last sweep. Construction does not wait for the server.
    """

    is_too_full = False  # the server itself makes room
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
        """Whether the server answered when it was asked last."""
        return self._server.is_reachable

    def put(self, image_id: str, one: Kept) -> str:
        """Keep `one` and return the token that deletes it.

        Raises:
            StoreFull: the server has no room for it.
            StoreUnreachable: the server does not answer.
        """
        token = new_token()
        with self._server.asked():
            self._run(self._put, image_id, token, self._kind.pack(one), MOST)
        return token

    def get(self, image_id: str) -> Kept | None:
        """Return a kept picture, or None.

        Raises:
            StoreUnreachable: the server does not answer.
        """
        if not ID.fullmatch(image_id):
            return None
        with self._server.asked() as client:
            file = cast(bytes | None, client.hget(self._prefix + image_id, FIELD))
        if file is None:
            return None
        try:
            return self._kind.unpack(io.BytesIO(file))
        except self._kind.damaged:
            with self._server.asked() as client:
                client.unlink(self._prefix + image_id)
            self._remembered.drop([image_id])
            return None

    def has(self, image_id: str) -> bool:
        """Tell whether a picture is kept."""
        return self.seconds_left(image_id) >= 0

    def seconds_left(self, image_id: str) -> float:
        """Return how long a picture will be kept; less than 0 if it is not.

        Raises:
            StoreUnreachable: the server does not answer.
        """
        known = self.known_seconds_left(image_id)
        if known is not None:
            return known
        question = self._remembered.question()
        with self._server.asked() as client:
            left = cast(int, client.pttl(self._prefix + image_id)) / 1000
        if left >= 0:
            self._remembered.add(image_id, left, question)
        return left

    def known_seconds_left(self, image_id: str) -> float | None:
        """Return what `seconds_left` does where the server need not be asked, else None."""
        return self._remembered.seconds_left(image_id) if ID.fullmatch(image_id) else -1

    def is_held(self, image_id: str, token: str) -> bool:
        """Tell whether `token` came with an upload of this picture.

        Raises:
            StoreUnreachable: the server does not answer.
        """
        if not ID.fullmatch(image_id):
            return False
        with self._server.asked():
            return bool(self._run(self._holds, image_id, token))

    def remove(self, image_id: str, token: str) -> bool:
        """Take one upload away and return whether the picture went: it stays while someone else holds it.

        Raises:
            WrongToken: the token came with no upload of this picture.
            StoreUnreachable: the server does not answer.
        """
        with self._server.asked():
            left = self._run(self._drop, image_id, token)
        if left < 0:
            raise not_a_holder()
        self._remembered.drop([image_id])
        return left == 0

    def sweep(self) -> list[str]:
        """Count what the server keeps, and return the ids of what went since this replica asked for it."""
        ids = self._remembered.ids()
        try:
            with self._server.asked() as client:
                questions = client.pipeline(transaction=False)
                questions.dbsize()
                questions.info("memory")
                for image_id in ids:
                    questions.exists(self._prefix + image_id)
                self.held, memory, *kept = questions.execute()  # type: ignore[no-untyped-call]
        except StoreUnreachable:
            return []  # the server's log says so, and nothing can be asked for meanwhile
        self.held_bytes = memory["used_memory"]
        gone = [image_id for image_id, found in zip(ids, kept, strict=True) if not found]
        self._remembered.drop(gone)
        return gone + self._remembered.displaced()

    def _run(self, script: Any, image_id: str, token: str, *more: object) -> int:
        arguments = (hash_of(token), self._milliseconds, *more)
        return cast(int, script(keys=[self._prefix + image_id], args=arguments))


def prefix_of(kind: Kind[Any]) -> str:
    """Return what the keys of one kind of upload begin with."""
    return f"convfold:{kind.name}:"
