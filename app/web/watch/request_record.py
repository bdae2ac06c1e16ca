"""The course of one request: what it took, and how it ended."""

import time
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

ASKED = "asked"  # in the scope: the method of a request that is answered as GET
KEPT = "kept"  # in the state of the scope: the answer was there before it was asked for


@dataclass
class Course:
    """The course of one request. Times are seconds; `answered` is when the answer began.

    `route` is a template. `status` stays 0 where the client left before it was answered.
    """

    scope: Scope
    route: str
    id: str
    spent: dict[str, float]
    began: float = field(default_factory=time.perf_counter)
    answered: float = 0.0
    status: int = 0
    nbytes: int = 0

    @property
    def waited(self) -> float:
        """Return how long it stood in the queue."""
        return float(self.scope["state"].get("waited", 0.0))

    @property
    def computed(self) -> float | None:
        """Return how long its turn was, None where it needed none."""
        given: float | None = self.scope["state"].get("computed")
        return given

    @property
    def refusal(self) -> str | None:
        """Return the kind of error that it was refused with."""
        given: str | None = self.scope["state"].get("refusal")
        return given

    def timing(self) -> str:
        """Return the value of Server-Timing."""
        parts = {"app": self.answered - self.began, "queue": self.waited, **self.spent}
        told = [f"{name};dur={1000 * seconds:.1f}" for name, seconds in parts.items()]
        return ", ".join([*told, KEPT] if self.scope["state"].get(KEPT) else told)

    def line(self) -> dict[str, Any]:
        """Return what the log says."""
        answered = self.answered or time.perf_counter()
        return {
            "id": self.id,
            "method": self.scope.get(ASKED, self.scope["method"]),
            "route": self.route,
            "status": self.status,
            "ms": round(1000 * (answered - self.began), 1),
            "waited_ms": round(1000 * self.waited, 1),
            "sent_ms": round(1000 * (time.perf_counter() - self.began), 1),
            "bytes": self.nbytes,
        }
