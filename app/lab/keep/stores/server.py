"""Questions to a Valkey or Redis server that may be down: each ends soon, and not everybody waits for it."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from valkey import Valkey
from valkey.exceptions import OutOfMemoryError, ValkeyError

from app.lab.errors import StoreFull, StoreUnreachable

ANSWER_SECONDS = 2  # for a connection, and for each piece of an answer
PAUSE_SECONDS = 1  # after a failure, in which the server is not asked again
log = logging.getLogger(__name__)


class Server:
    """The server at `url`. While it is down, one question after the other tries it; the rest fail at once."""

    def __init__(self, url: str) -> None:
        self._client = Valkey.from_url(
            url, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS
        )
        self._lock = threading.Lock()
        self._ask_again = 0.0  # by time.monotonic
        self.is_reachable = True

    def script(self, text: str) -> Any:
        """Return a script, to be called with `keys` and `args` while the server is asked."""
        return self._client.register_script(text)

    @contextmanager
    def asked(self) -> Iterator[Valkey]:
        """Give the client to ask one question with.

        Raises:
            StoreUnreachable: the server does not answer, or with an error.
            StoreFull: it has no room.
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
            if now < self._ask_again:
                raise StoreUnreachable
            if not self.is_reachable:
                self._ask_again = now + ANSWER_SECONDS  # this question tries for all

    def _note(self, error: Exception | None) -> None:
        with self._lock:
            was, self.is_reachable = self.is_reachable, error is None
            self._ask_again = 0.0 if error is None else time.monotonic() + PAUSE_SECONDS
        if error and was:
            log.error("Uploads cannot be reached: %s: %s", type(error).__name__, error)
        elif not error and not was:
            log.warning("Uploads can be reached again")
