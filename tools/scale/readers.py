"""Readers and uploaders that keep going while replicas stop and restart, and count what was lost."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx2

from tools.bench.client import with_comment
from tools.scale.cluster import PATIENCE_S

READERS = 6
PAUSE_S = 0.02  # between requests of one reader, since readers, proxy and replicas share two cores


@dataclass
class Outcome:
    """What readers were answered; those who were told to come back did so."""

    answers: Counter[str] = field(default_factory=Counter)
    told_to_return: int = 0
    uploaded: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Return the number of requests without a correct answer."""
        return self.answers.total() - self.answers["200"] - self.answers["201"]

    def in_words(self) -> str:
        """Describe the lost requests, and anything else unusual."""
        odd = {name: n for name, n in self.answers.items() if name not in ("200", "201")}
        again = f", {self.told_to_return} told to return" if self.told_to_return else ""
        return f"{self.lost} of {self.answers.total()}{again}" + (f", {odd}" if odd else "")


@contextmanager
def reading(
    make: Callable[[], httpx2.Client], pictures: Sequence[str], file: bytes, *, name: str
) -> Iterator[Outcome]:
    """Run readers that request views of `pictures`, and one that uploads variants of `file`, during the context.

    Uploads differ by `name`.
    """
    outcome, over = Outcome(), threading.Event()
    jobs = [(_reader, (pictures, number)) for number in range(READERS)] + [
        (_uploader, (file, name))
    ]
    threads = [
        threading.Thread(target=job, args=(make, over, outcome, *given)) for job, given in jobs
    ]
    for thread in threads:
        thread.start()
    try:
        yield outcome
    finally:
        over.set()
        for thread in threads:
            thread.join()


Make = Callable[[], httpx2.Client]


def _reader(
    make: Make, over: threading.Event, outcome: Outcome, pictures: Sequence[str], number: int
) -> None:
    turn = 0
    with make() as client:
        while not over.wait(PAUSE_S):
            turn += 1
            place = pictures[(number + turn) % len(pictures)]
            # Every third view is new, so that something is being computed when a replica stops.
            seed = 1000 * (number + 1) + turn if turn % 3 == 0 else 0
            address = f"{place}/layers/1/maps.png?size=128&seed={seed}"
            _ask(outcome, partial(client.get, address))


def _uploader(make: Make, over: threading.Event, outcome: Outcome, file: bytes, name: str) -> None:
    turn = 0
    with make() as client:
        while not over.wait(PAUSE_S):
            turn += 1
            files = {"file": with_comment(file, f"{name} {turn}")}
            posted = _ask(
                outcome,
                partial(
                    client.post, "/images", files=files, headers={"Accept": "application/json"}
                ),
            )
            if posted is not None:
                outcome.uploaded.append(posted.json()["url"])


def _ask(outcome: Outcome, ask: Callable[[], httpx2.Response]) -> httpx2.Response | None:
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        try:
            answer = ask()  # reads the whole body, so that a truncated one is an error
        except httpx2.HTTPError as error:
            outcome.answers[type(error).__name__] += 1
            return None
        if answer.status_code != 503 or "retry-after" not in answer.headers:
            outcome.answers[str(answer.status_code)] += 1
            return answer if answer.is_success else None
        outcome.told_to_return += 1
        time.sleep(int(answer.headers["retry-after"]))
    outcome.answers["gave up"] += 1
    return None
