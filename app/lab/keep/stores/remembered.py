"""Caches the answers of the storage server for a moment, so that not every part of a page asks it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

MAX_PICTURES = 1000  # pictures; more than the caches of one process hold


@dataclass(frozen=True)
class _Answer:
    fresh_until: float  # in time.monotonic, like the next
    gone_at: float


class Remembered:
    """Pictures that were found, and how long they will be kept; valid for `seconds`.

    Their ids are remembered longer, since results computed from them may be in memory.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._displaced: list[str] = []
        self._drops = 0
        self._lock = threading.Lock()

    def question(self) -> int:
        """Return a counter that shows later whether anything was dropped since the server was asked."""
        return self._drops

    def add(self, image_id: str, left: float, question: int) -> None:
        """Remember that a picture will be kept for `left` seconds, unless it may have been dropped in the
        meantime.
        """
        now = time.monotonic()
        with self._lock:
            if question != self._drops:
                return
            self._answers[image_id] = _Answer(fresh_until=now + self._seconds, gone_at=now + left)
            self._answers.move_to_end(image_id)
            while len(self._answers) > MAX_PICTURES:
                self._displaced.append(self._answers.popitem(last=False)[0])

    def seconds_left(self, image_id: str) -> float | None:
        """Return how long a picture will be kept, in seconds; None if that is no longer known."""
        answer, now = self._answers.get(image_id), time.monotonic()
        fresh = answer is not None and now < min(answer.fresh_until, answer.gone_at)
        return answer.gone_at - now if answer and fresh else None

    def ids(self) -> list[str]:
        """Return the remembered ids."""
        with self._lock:
            return list(self._answers)

    def displaced(self) -> list[str]:
        """Return the ids that were evicted since the last call."""
        with self._lock:
            displaced, self._displaced = self._displaced, []
            return [image_id for image_id in displaced if image_id not in self._answers]

    def drop(self, image_ids: Iterable[str]) -> None:
        """Forget these pictures."""
        with self._lock:
            self._drops += 1
            for image_id in image_ids:
                self._answers.pop(image_id, None)
