"""The cost of one reader, for the sizing table of docs/scaling.md: `python -m tools.scale.costs`.

Time is the CPU time of the one replica, so other users of the machine hardly affect it.
"""

import gzip
import re
from collections.abc import Callable, Sequence
from functools import partial
from html import unescape

import httpx2
from valkey import Valkey

from tools.bench import memory
from tools.bench.client import sheets_in
from tools.load.photographs import photographs
from tools.scale.programs import fetch
from tools.scale.system import JSON, System, path_of, system, upload
from tools.scale.throughput import core_seconds

TIMES = 20
STATIC = re.compile(r'(?:href|src)="([^"]*/static/[^"]+\.(?:css|js)[^"]*)"')
PICTURES = re.compile(r'<(?:img|image)[^>]* (?:src|href)="(/[^"]+)"')
HTML = {"Accept": "text/html"}


def main() -> None:
    """Print a table of the measurements."""
    fetch()
    photograph = photographs(1)[0]
    with system(1, mebibytes=256) as made:
        place = path_of(upload(made.client, "costs"))
        page = made.client.get(place, headers=HTML).text
        _row(made, "page, kept", lambda _: [made.client.get(place, headers=HTML)])
        for what, pattern in (("its pictures, kept", PICTURES), ("its style and scripts", STATIC)):
            parts = sorted({unescape(one) for one in pattern.findall(page)})
            _row(made, f"{len(parts)} of {what}", partial(_each, made, parts))
        _row(made, "a view of new settings", lambda n: _view(made, place, n))
        _row(
            made, "a fold, new", lambda n: _all(made, [f"{place}/layers/2/maps/{n}/contributions"])
        )
        before = _memory(made)
        _row(made, "an upload of 12 megapixels", lambda n: [_post(made, photograph, n)])
        print(
            f"in the store, a photograph: {(_memory(made) - before) / (TIMES + 1) / 2**20:.1f} MiB"
        )
        print(f"memory of the replica, at most: {memory.peak_mib(made.replicas[0].id):.0f} MiB")


def _all(made: System, addresses: Sequence[str]) -> list[httpx2.Response]:
    return [made.client.get(address, headers=HTML) for address in addresses]


def _each(made: System, addresses: Sequence[str], _: int) -> list[httpx2.Response]:
    return _all(made, addresses)


def _view(made: System, place: str, seed: int) -> list[httpx2.Response]:
    # Both layers are computed, and both sheets drawn.
    settings = f"seed={seed}&weights1=random&weights2=random"
    page = made.client.get(f"{place}?{settings}", headers=HTML)
    return [page, *_all(made, sheets_in(page.text))]


def _post(made: System, photograph: bytes, number: int) -> httpx2.Response:
    # A byte after the end of a JPEG makes it a different file.
    files = {"file": photograph + bytes([number])}
    return made.client.post("/images", files=files, headers=JSON)


def _memory(made: System) -> int:
    with Valkey.from_url(made.store.url) as asked:
        return int(asked.info("memory")["used_memory"])


def _row(made: System, what: str, ask: Callable[[int], Sequence[httpx2.Response]]) -> None:
    ask(TIMES)  # one-time work is finished
    before = core_seconds(made.replicas[0].id)
    answers = [answer for number in range(TIMES) for answer in ask(number)]
    spent = (core_seconds(made.replicas[0].id) - before) / TIMES
    assert all(answer.is_success for answer in answers), {one.status_code for one in answers}
    sent = sum(len(answer.content) for answer in answers) / TIMES
    squeezed = sum(len(gzip.compress(answer.content, 5)) for answer in answers) / TIMES
    print(
        f"{what:28} {1000 * spent:6.1f} ms of a core {sent / 1024:6.0f} KiB, "
        f"{squeezed / 1024:6.0f} behind a proxy that compresses"
    )


if __name__ == "__main__":
    main()
