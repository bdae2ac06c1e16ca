"""Requests made up from the server's own OpenAPI description, valid and invalid ones, by schemathesis.

Nothing may be answered by 500 or above, save the queue's 503, which says when to come back, and
the 501 by which oEmbed has us refuse a format.
"""

import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded

from tools.serving import running_server

# Parts of addresses that lead somewhere more often than made-up ones do.
PLACES = {
    "image_id": {"type": "string", "enum": ["cat", "brick", "0" * 32, "nothing"]},
    "layer": {"type": "integer", "minimum": 0, "maximum": 3},
    "channel": {"type": "integer", "minimum": 0, "maximum": 65},
}
ROUND = 5  # requests of each operation before the next has its turn
ANSWER_S = 30


class Failure(Exception):
    """The server failed on a request."""


def run(seconds: float, seed: int) -> bool:
    """Send requests for about so many seconds; True where none made the server fail."""
    ends = time.monotonic() + seconds
    counts: dict[str, Counter[int]] = {}
    failures: list[str] = []
    with TemporaryDirectory() as folder, running_server(Path(folder)) as address:
        operations = _operations(address)
        turn = 0
        while time.monotonic() < ends and not failures:
            for operation in operations:
                answers = counts.setdefault(
                    f"{operation.method.upper()} {operation.path}", Counter()
                )
                failures += _try(operation, address, answers, seed + turn, ends)
            turn += 1
    for name, answers in counts.items():
        print(f"{name:66} {', '.join(f'{n} x {status}' for status, n in sorted(answers.items()))}")
    print(f"{sum(map(Counter.total, counts.values())):,} requests, {len(failures)} failures")
    print("\n".join(failures))
    return not failures


def _operations(address: str) -> list[Any]:
    raw = requests.get(f"{address}/openapi.json", timeout=ANSWER_S).json()
    for operation in (one for path in raw["paths"].values() for one in path.values()):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path" and parameter["name"] in PLACES:
                parameter["schema"] = PLACES[parameter["name"]]
    schema = schemathesis.openapi.from_dict(raw)
    return [found.ok() for found in schema.get_all_operations()]


def _try(operation: Any, address: str, answers: Counter[int], seed: int, ends: float) -> list[str]:
    modes = schemathesis.GenerationMode

    @seeded(seed)
    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        operation.as_strategy(generation_mode=modes.POSITIVE)
        | operation.as_strategy(generation_mode=modes.NEGATIVE)
    )
    def requested(case: Any) -> None:
        if time.monotonic() > ends:
            return
        answer = case.call(base_url=address, timeout=ANSWER_S, allow_redirects=False)
        answers[answer.status_code] += 1
        queued = answer.status_code == 503 and "retry-after" in answer.headers
        told = answer.status_code == 501 and operation.path == "/oembed"  # its standard's word
        if answer.status_code >= 500 and not (queued or told):
            raise Failure(f"{answer.status_code}: {case.as_curl_command()}")

    try:
        requested()
    except Failure as failure:
        return [str(failure)]
    return []
