"""Access to a Valkey or Redis server that may be down: requests fail fast, and only one at a time waits for it."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from valkey import Valkey
from valkey.exceptions import OutOfMemoryError, ValkeyError

from app.lab.errors import StoreFull, StoreUnreachable

ANSWER_SECONDS = 2  # to connect, and for each read of an answer
PAUSE_SECONDS = 1  # after a failure, before the server is asked again
log = logging.getLogger(__name__)


class Server:
    """The server at `url`. While it is down, one request at a time tries it; the others fail at once."""

    def __init__(self, url: str) -> None:
        self._client = Valkey.from_url(
            url, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS
        )
        self._lock = threading.Lock()
        self._retry_at = 0.0  # in time.monotonic
        self.is_reachable = True

    def script(self, text: str) -> Any:
        """Register a Lua script; call the result with `keys` and `args` inside `client`."""
        return self._client.register_script(text)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()  # type: ignore[no-untyped-call]

    @contextmanager
    def client(self) -> Iterator[Valkey]:
        """Return the client for one request to the server.

        Raises:
            StoreUnreachable: the server does not answer, or answers with an error.
            StoreFull: the server has no room.
        """
        self._refuse_while_down()
        try:
            yield self._client
        except OutOfMemoryError as error:
            self._note(None)
            raise StoreFull from error
        except (ValkeyError, OSError) as error:
            self._note(error)
            raise StoreUnreachable from error
        self._note(None)

    def _refuse_while_down(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now < self._retry_at:
                raise StoreUnreachable
            if not self.is_reachable:
                self._retry_at = now + ANSWER_SECONDS  # this request tries on behalf of all

    def _note(self, error: Exception | None) -> None:
        with self._lock:
            was, self.is_reachable = self.is_reachable, error is None
            self._retry_at = 0.0 if error is None else time.monotonic() + PAUSE_SECONDS
        if error and was:
            log.error("Uploads cannot be reached: %s: %s", type(error).__name__, error)
        elif not error and not was:
            log.warning("Uploads can be reached again")
