"""Record answers, or compare with those recorded: `python -m tools.answers record|compare FOLDER URL`.

Intended differences are removed first: the build in addresses, and the addresses of scripts and style sheets.
"""

import argparse
import hashlib
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tools.answers.addresses import addresses

BUILD = re.compile(rb"\d+\.\d+\.\d+-[0-9a-f]{10}")
RELEASE = re.compile(rb"Convfold \d+\.\d+\.\d+")
ASSETS = re.compile(rb'(href|src)="[^"]*/static/[^"]*\.(css|js|svg)"')
ORIGIN = re.compile(rb"127\.0\.0\.1(:|%3A)\d+")
TEXT = ("text/html", "application/json", "text/x-python", "application/x-ipynb+json", "text/css")
TEXT_ALSO = ("image/svg+xml", "text/javascript", "text/csv")
SECONDS = 60  # limit for one answer


def main() -> int:
    """Record or compare; return 1 if an answer differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.answers", description=__doc__)
    parser.add_argument("what", choices=("record", "compare"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("url", help="where the server is, such as http://127.0.0.1:8000")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    differing = 0
    for path in addresses():
        answer = fetch(given.url + path)
        file = given.folder / hashlib.sha256(path.encode()).hexdigest()[:16]
        if given.what == "record":
            file.write_bytes(answer)
        elif file.read_bytes() != answer:
            differing += 1
            print(f"differs: {path}")
            file.with_suffix(".now").write_bytes(answer)
    print(f"{len(list(addresses()))} answers, {differing} differ")
    return 1 if differing else 0


def fetch(url: str) -> bytes:
    """Return the status, type and body of an answer, without the intended differences."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as response:
            return _plain(
                response.status, response.headers.get("content-type", ""), response.read()
            )
    except urllib.error.HTTPError as error:
        with error:
            return _plain(error.code, error.headers.get("content-type", ""), error.read())


def _plain(status: int, kind: str, body: bytes) -> bytes:
    if kind.startswith((*TEXT, *TEXT_ALSO)):
        for pattern, what in (
            (BUILD, b"BUILD"),
            (RELEASE, b"Convfold"),
            (ASSETS, b"ASSET"),
            (ORIGIN, b"HOST"),
        ):
            body = pattern.sub(what, body)
    return f"{status} {kind}\n".encode() + body


if __name__ == "__main__":
    sys.exit(main())
