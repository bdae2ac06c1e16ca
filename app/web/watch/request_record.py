"""The record of one request: how long each part took, and how the request ended."""

import time
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

# In the scope: the method before the request was turned into GET.
ORIGINAL_METHOD = "original_method"
FROM_CACHE = "kept"  # in the state of the scope: the answer came from the cache


@dataclass
class RequestRecord:
    """The record of one request. Times are in seconds.

    `route` is a path template. `status` stays 0 if the client left before the answer started.
    """

    scope: Scope
    route: str
    id: str
    compute_seconds: dict[str, float]
    started: float = field(default_factory=time.perf_counter)
    answer_started: float = 0.0
    status: int = 0
    nbytes: int = 0

    @property
    def waited(self) -> float:
        """Return how long the request waited in the queue."""
        return float(self.scope["state"].get("waited", 0.0))

    @property
    def computed(self) -> float | None:
        """Return how long its turn took, or None if it needed none."""
        given: float | None = self.scope["state"].get("computed")
        return given

    @property
    def refusal(self) -> str | None:
        """Return the kind of error that the request was refused with."""
        given: str | None = self.scope["state"].get("refusal")
        return given

    def server_timing(self) -> str:
        """Return the value of the Server-Timing header."""
        parts = {
            "app": self.answer_started - self.started,
            "queue": self.waited,
            **self.compute_seconds,
        }
        entries = [f"{name};dur={1000 * seconds:.1f}" for name, seconds in parts.items()]
        return ", ".join([*entries, FROM_CACHE] if self.scope["state"].get(FROM_CACHE) else entries)

    def log_fields(self) -> dict[str, Any]:
        """Return the fields of the log line."""
        answered = self.answer_started or time.perf_counter()
        return {
            "id": self.id,
            "method": self.scope.get(ORIGINAL_METHOD, self.scope["method"]),
            "route": self.route,
            "status": self.status,
            "ms": round(1000 * (answered - self.started), 1),
            "waited_ms": round(1000 * self.waited, 1),
            "sent_ms": round(1000 * (time.perf_counter() - self.started), 1),
            "bytes": self.nbytes,
        }
